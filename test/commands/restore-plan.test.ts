import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { digestOf } from '../../src/chatops/plan.ts';
import { hostFacts } from '../fakes/ansible.ts';
import { people } from '../people.ts';
import { type HouseSetup, latest, openRestoreHouse, type RestoreHouse, stepNames } from './restore-house.ts';

let house: RestoreHouse;
const open = async (setup: HouseSetup = {}) => {
  house = await openRestoreHouse(setup);
};
beforeEach(() => open());
afterEach(() => house.isLeftAsFound());

describe('a plan of a whole restore', () => {
  it('names its steps, its point of no return, and changes nothing', async () => {
    await house.backup();
    const { plan } = await house.plans();
    expect(stepNames(plan)).toEqual([
      'Check every host',
      'Save what is there now',
      'Put the backup on every host',
      'Restore beside the old data',
      'Stop API servers',
      'Stop etcd',
      'Exchange the data',
      'Start etcd',
      'Check etcd',
      'Check what was restored',
      'Clear API server addresses',
      'Start API servers',
      'Restart what remembers',
      'Clear away',
    ]);
    expect(plan.steps.filter((step) => step.isPointOfNoReturn).map(({ name }) => name)).toEqual(['Start API servers']);
    expect(house.tagsDone()).toEqual([]);
    expect(await house.isHeld()).toBe(false);
  });

  it('has its point of no return where etcd starts when no API server stands between', async () => {
    await open({ withApi: false });
    await house.backup();
    const { plan } = await house.plans();
    expect(plan.steps.find((step) => step.isPointOfNoReturn)?.name).toBe('Start etcd');
    expect(stepNames(plan)).not.toContain('Stop API servers');
  });

  it('tells what will be lost: revisions, time, keys by resource, downtime', async () => {
    await house.backup();
    house.prod.put('/registry/pods/default/new');
    house.prod.put('/registry/configmaps/default/new');
    house.prod.put('/registry/pods/default/new');
    const [existing = ''] = house.prod.keys.filter((key) => key.startsWith('/registry/pods/'));
    house.prod.put(existing);
    house.prod.loses(house.prod.keys.find((key) => key.startsWith('/registry/cert-manager.io/')) ?? '');
    const { plan } = await house.plans();
    expect(plan.losses).toEqual([
      'All that was written to prod-1 since 2026-03-01 08:00 UTC (1 h) is lost: 4 revisions at 2026-03-01 09:00 UTC.',
      'Made since, and gone then: 2 keys (1 configmaps, 1 pods).',
      'Changed since, and as they were then: 1 key (1 pods).',
      'Deleted since, and back then: 1 key (1 cert-manager.io/certificates).',
      'Meanwhile the API of prod-1 is down for about 1 min 8 s, by the last drill. Containers that run go on running.',
    ]);
  });

  it('says that nothing is lost where nothing was written since', async () => {
    await house.backup();
    const { plan } = await house.plans();
    expect(plan.losses[0]).toBe('Nothing was written to prod-1 since 2026-03-01 08:00 UTC (1 h): nothing is lost.');
  });

  it('of a backup from before another restore says so: revisions of two histories tell nothing', async () => {
    await house.backup({ manifest: { clusterId: 'another' } });
    house.prod.put('/registry/secrets/payments/paid');
    const { plan } = await house.plans();
    expect(plan.losses[0]).toMatch(
      /^prod-1 was restored or made anew since this backup: all that was written to it since .* is lost/,
    );
    expect(plan.losses).toContain('At least so many are gone then: 1 key (1 secrets).');
    expect(plan.losses.join(' ')).not.toContain('nothing is lost');
  });

  it('of a backup that does not tell its history never says for certain that nothing is lost', async () => {
    await house.backup({ manifest: { clusterId: undefined } });
    const { plan } = await house.plans();
    expect(plan.losses[0]).toContain('That is right only if prod-1 was not restored or made anew meanwhile');
  });

  it('is not made with what an earlier restore has saved of what it replaced, unless that is named', async () => {
    await house.backup();
    await house.backup({
      id: 'r-before',
      takenAt: new Date('2026-03-01T08:30:00Z'),
      manifest: { reason: 'before a restore' },
    });
    const { plan } = await house.plans();
    expect(plan.payload).toMatchObject({ backup: 'r-good' });
    expect(plan.losses.join(' ')).not.toContain('r-before');
    const named = await house.asks('/salvor restore prod-1 r-before --reason "go back to it"');
    expect(named.says).toContain('THIS IS THE STATE THAT AN EARLIER RESTORE REPLACED');
  });

  it('is not made while another one is in the middle of its work, or stopped there', async () => {
    await house.backup();
    const { id } = await house.plans();
    house.ansible.fail('restore', 'etcd-2', 'no.');
    await house.approves(id);
    const says = await house.refused(latest);
    expect(says).toContain(`prod-1 is held by ${id}, in the middle of its work or stopped there`);
  });

  it('is the same when it is made again and nothing has happened but writes', async () => {
    await house.backup();
    const { plan, digest } = await house.plans();
    house.prod.put('/registry/pods/default/new');
    house.bot.clock.advance(30 * 60_000);
    for (const name of house.names) {
      const { facts } = house.ansible.host(name);
      house.ansible.host(name).facts = { ...facts, clock: house.bot.clock.now().getTime() / 1000 };
    }
    await house.bot.answers(
      people.bob,
      house.bot
        .letters()
        .find(({ id }) => id.startsWith('approval:'))
        ?.id.slice(9) ?? '',
    );
    house.bot.reply();
    await house.bot.works();
    const again = (await house.bot.approvals.unsettled()).at(0);
    expect(again).toMatchObject({ digest, state: 'pending' });
    expect(digestOf(plan)).toBe(digest);
  });

  it('says what goes on with what it remembers, where salvor.yaml does not say how it is stopped or restarted', async () => {
    await open({ member: (index) => (index === 1 ? { afterwards: [] } : {}) });
    await house.backup();
    expect((await house.plans()).plan.losses).toContainEqual(
      expect.stringMatching(/^Nothing is restarted after the API servers on etcd-2: controller manager and scheduler/),
    );
    await open({ withApi: false, withKubernetes: true });
    await house.backup();
    expect((await house.plans()).plan.losses).toContainEqual(
      expect.stringMatching(/^NO API SERVER IS STOPPED: .*apiServer/),
    );
  });

  it('raises the revision beyond all that clients have seen, in steps that writes do not move', async () => {
    await house.backup();
    const { plan } = await house.plans();
    expect(JSON.stringify(plan.steps)).toContain('--bump-revision=1000000000 --mark-compacted');
  });

  it('raises it nowhere where one host has a tool that cannot, and says so loudly', async () => {
    await house.backup();
    const host = house.ansible.host('etcd-2');
    const tools = [{ name: 'etcdutl' as const, path: '/opt/etcdutl', version: '3.5.9', bumps: false }];
    host.facts = { ...host.facts, tools };
    const { plan } = await house.plans();
    expect(JSON.stringify(plan.steps)).not.toContain('--bump-revision');
    expect(plan.losses[1]).toMatch(
      /^REVISIONS GO BACK: etcd-2 \(etcdutl 3\.5\.9\) cannot raise them .*kubernetes#118501/,
    );
    expect(plan.losses[2]).toContain('before 3.5.26 former members stay in the files');
  });

  it('restores with etcdctl for 3.4', async () => {
    const tools = [{ name: 'etcdctl' as const, path: '/usr/bin/etcdctl', version: '3.4.23', bumps: false }];
    await open({ facts: hostFacts({ tools }) });
    house.prod.runs('3.4.23');
    const backup = await house.backup();
    house.objects.plant(
      backup.manifestAt,
      Buffer.from(String(house.objects.peek(backup.manifestAt)).replace('3.5.30', '3.4.23')),
    );
    const { plan } = await house.plans();
    expect(plan.steps.find(({ name }) => name === 'Restore beside the old data')?.commands[0]?.command).toMatch(
      /^\/usr\/bin\/etcdctl snapshot restore /,
    );
  });

  it('makes a new token, unless the old one is to stay', async () => {
    await house.backup();
    const { plan, id } = await house.plans();
    expect(JSON.stringify(plan.steps)).toContain(`--initial-cluster-token=prod-1-${id.slice(2)} `);
    await open({ restore: { clusterToken: 'etcd-cluster' } });
    await house.backup();
    expect(JSON.stringify((await house.plans()).plan.steps)).toContain('--initial-cluster-token=etcd-cluster ');
  });

  it('puts the bundle into the thread and beside the backups, where nobody takes it for one', async () => {
    await house.backup();
    const approval = await house.plans();
    const key = `etcd/prod-1/restores/restore-prod-1-${approval.id.slice(2)}.tar.gz`;
    const stored = house.objects.peek({ bucket: 'main', key });
    expect(stored && house.bundle(approval)?.equals(stored)).toBe(true);
    expect((await house.asks('/salvor backups prod-1')).says).not.toContain('restore-prod-1');
  });

  it('is made although the bundle cannot be stored', async () => {
    await house.backup();
    house.objects.fail('put', new Fault('full', { port: 'objects', operation: 'put', retryable: false }));
    expect(house.bundle(await house.plans())).toBeDefined();
  });
});
