import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { foreignFileOf } from '../fakes/backup-files.ts';
import { people } from '../people.ts';
import { type HouseSetup, latest, openRestoreHouse, type RestoreHouse } from './restore-house.ts';

let house: RestoreHouse;
const open = async (setup: HouseSetup = {}) => {
  house = await openRestoreHouse(setup);
};
beforeEach(() => open());
afterEach(() => house.isLeftAsFound());

describe('asking for a restore', () => {
  it.each([
    ['a viewer', people.vera],
    ['an approver', people.bob],
  ])('is not for %s', async (_, actor) => {
    await house.bot.types(actor, latest);
    expect(house.bot.reply()).toContain('This takes the operator right on prod-1');
  });

  it('takes a reason', async () => {
    await house.bot.types(people.alice, '/salvor restore prod-1 latest');
    expect(house.bot.reply()).toContain('--reason is missing');
  });

  it.each(['../etc', '-f', 'a b', 'x:member/snap/db', 'a.tar.gz:', 'a.tar.gz:$(id)'])(
    'takes no %j for a backup',
    async (name) => {
      await house.bot.types(people.alice, `/salvor restore prod-1 "${name}" --reason "some reason"`);
      expect(house.bot.reply()).toMatch(/must be the id of a backup|is not an option/);
    },
  );

  it('says where to describe the hosts of a cluster that has none', async () => {
    await open({ isUndescribed: true });
    await house.backup();
    const says = await house.refused(latest);
    expect(says).toContain('salvor.yaml does not say where the members of prod-1 run');
    expect(says).toContain('clusters.prod-1.restore');
  });
});

describe('the backup of a plan', () => {
  it('is the newest that was tried out, and a newer one that was not is named', async () => {
    await house.backup({ id: 'r-old', takenAt: new Date('2026-02-28T08:00:00Z') });
    await house.backup({ id: 'r-new', isVerified: false });
    const { plan } = await house.plans();
    expect(plan.payload).toMatchObject({ backup: 'r-old' });
    expect(plan.losses.join(' ')).toContain('r-new is newer and has not been tried out');
  });

  it('must have been tried out', async () => {
    await house.backup({ id: 'r-new', isVerified: false });
    const says = await house.refused('/salvor restore prod-1 r-new --reason "some reason"');
    expect(says).toContain('r-new has not been tried out');
    expect(says).toContain('verify prod-1 r-new');
  });

  it('may be one that was not where somebody says so, and the plan says it loudly', async () => {
    await house.backup({ id: 'r-new', isVerified: false });
    const { plan } = await house.plans(`${latest} --unverified`);
    expect(plan.payload).toMatchObject({ backup: 'r-new' });
    expect(plan.losses[1]).toBe('NOT VERIFIED: nobody has restored this backup before.');
  });

  it('is none that was found broken', async () => {
    const backup = await house.backup({ id: 'r-bad', isVerified: false });
    house.plant.verified(backup, { passed: false, findings: ['It is torn.'] });
    expect(await house.refused('/salvor restore prod-1 r-bad --reason "some reason"')).toContain(
      'r-bad was tried out and found broken: It is torn.',
    );
  });

  it('is refused where there is none, with what may have been meant', async () => {
    await house.backup({ id: 'r-abcdef' });
    expect(await house.refused('/salvor restore prod-1 r-abcdfe --reason "some reason"')).toContain(
      'Did you mean r-abcdef?',
    );
  });

  it('is refused where its data is gone', async () => {
    const { dataAt } = await house.backup();
    await house.objects.remove(dataAt);
    expect(await house.refused(latest)).toContain('is not in the store');
  });

  it('written by a newer etcd than runs is not restored', async () => {
    await house.backup();
    house.prod.runs('3.4.23');
    expect(await house.refused(latest)).toContain(
      'etcd-1 runs etcd 3.4.23, and the backup was written by 3.5.30: an older etcd must not open it.',
    );
  });

  describe('in an archive of the old script', () => {
    const plantOld = async () => {
      const archive = await house.plant.foreign('etcd-20260301T030000Z.tar.gz', await foreignFileOf('tar.gz'));
      house.plant.verified(archive, { revision: 185n, keys: { live: 0, resources: {} } });
      return archive;
    };

    it('is its snapshot', async () => {
      await plantOld();
      const { plan } = await house.plans('/salvor restore prod-1 etcd-20260301T030000Z.tar.gz --reason "some reason"');
      expect(plan.payload).toMatchObject({ backup: 'old/etcd-20260301T030000Z.tar.gz' });
      expect(JSON.stringify(plan.steps)).not.toContain('--skip-hash-check');
    });

    it('is a database of a data directory only by its name and with --unverified, and the plan says it loudly', async () => {
      await plantOld();
      const words =
        '/salvor restore prod-1 etcd-20260301T030000Z.tar.gz:backup/etcd/member/snap/db --reason "all is gone"';
      expect(await house.refused(words)).toContain('carries no hash, and nobody has tried it out');
      const { plan } = await house.plans(`${words} --unverified`);
      expect(plan.losses.join(' ')).toContain('NO HASH: backup/etcd/member/snap/db was copied from a data directory');
      const restoring = plan.steps.find(({ name }) => name === 'Restore beside the old data')?.commands ?? [];
      expect(restoring.filter(({ command }) => command.includes('--skip-hash-check'))).toHaveLength(3);
    });
  });
});
