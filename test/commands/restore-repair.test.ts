import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HouseSetup, openRestoreHouse, type RestoreHouse, stepNames } from './restore-house.ts';

let house: RestoreHouse;
const open = async (setup: HouseSetup = {}) => {
  house = await openRestoreHouse(setup);
};
beforeEach(() => open());
afterEach(() => house.isLeftAsFound());

const repair = '/salvor restore prod-1 --reason "cp-2 has lost its disk"';
const all = ['etcd-1', 'etcd-2', 'etcd-3'];

describe('without a backup', () => {
  it('nothing is done to a cluster that is well', async () => {
    const says = await house.refused(repair);
    expect(says).toContain('prod-1 is well: all of its 3 members answer');
    expect(says).toContain('restore prod-1 latest');
  });

  describe('a lost member while the others have a quorum', () => {
    const lose = () => {
      house.prod.silence('etcd-2');
      const host = house.ansible.host('etcd-2');
      host.etcdRuns = false;
    };

    it('is planned to join anew, as a learner first, and nothing is lost', async () => {
      lose();
      const { plan } = await house.plans(repair);
      expect(stepNames(plan)).toEqual([
        'Check every host',
        'Save what is there now',
        'Stop etcd on etcd-2',
        'Move the old data of etcd-2 aside',
        'Take etcd-2 out of the cluster',
        'Add etcd-2 as a learner',
        'Start etcd on etcd-2',
        'Give etcd-2 its vote',
        'Check etcd',
      ]);
      expect(plan.losses).toEqual(['Nothing is lost: the other members hold everything.']);
      expect(plan.steps.find((step) => step.isPointOfNoReturn)?.name).toBe('Take etcd-2 out of the cluster');
    });

    it('joins anew, with the others untouched', async () => {
      lose();
      const { id } = await house.plans(repair);
      const run = await house.approves(id);
      expect(await house.bot.result(run.id)).toContain('prod-1 has etcd-2 back');
      expect(house.ansible.done.filter((one) => !one.startsWith('look'))).toEqual([
        'stop-etcd etcd-2',
        'move-aside etcd-2',
        'join-etcd etcd-2',
      ]);
      const { members } = await house.etcd.survey('prod-1');
      expect(members.map(({ name, isLearner }) => `${name} ${isLearner}`)).toEqual(all.map((name) => `${name} false`));
    });

    it('cannot go back once it is out, and is told to go on', async () => {
      lose();
      const { id } = await house.plans(repair);
      house.ansible.fail('join-etcd', 'etcd-2', 'no.');
      await house.approves(id);
      const back = await house.does('rollback', id);
      expect(back.state).toBe('refused');
      expect(await house.bot.result(back.id)).toContain('etcd-2 cannot go back: prod-1 has taken it out');
      expect((await house.does('resume', id)).state).toBe('done');
    });

    it('is refused while its host is gone', async () => {
      lose();
      house.ansible.host('etcd-2').unreachable = 'No route to host';
      expect(await house.refused(repair)).toContain('etcd-2 (10.0.0.12) cannot be used: look: No route to host');
    });
  });

  describe('a cluster without a quorum', () => {
    const lose = (...names: readonly string[]) => {
      for (const name of names) {
        house.prod.silence(name);
        house.ansible.host(name).data = undefined;
        house.ansible.host(name).etcdRuns = false;
      }
    };

    it('goes on with the data of the one member that still has it', async () => {
      lose('etcd-2', 'etcd-3');
      const { plan } = await house.plans(repair);
      expect(plan.payload).toMatchObject({ decided: { variant: 'rescue', survivor: 'etcd-1', copied: ['etcd-1'] } });
      expect(stepNames(plan).slice(2, 6)).toEqual([
        'Stop etcd',
        'Copy the old data',
        'Rescue the data',
        'Put it on every host',
      ]);
      const rescue = plan.steps.find(({ name }) => name === 'Rescue the data')?.commands[0]?.command;
      expect(rescue).toContain('--force-new-cluster');
    });

    it('is rescued', async () => {
      lose('etcd-2', 'etcd-3');
      const { id } = await house.plans(repair);
      const run = await house.approves(id);
      expect(await house.bot.result(run.id)).toContain('prod-1 goes on with the data of etcd-1');
      expect(house.ansible.done.filter((one) => one.startsWith('rescue'))).toEqual(['rescue etcd-1']);
    });

    it('rolled back starts etcd only where it had data: elsewhere it would begin a cluster of its own', async () => {
      lose('etcd-2', 'etcd-3');
      const { id } = await house.plans(repair);
      house.ansible.fail('start-etcd', 'etcd-1', 'no.');
      await house.approves(id);
      const back = await house.does('rollback', id);
      expect(house.data()).toEqual(['old', undefined, undefined]);
      expect(all.map((name) => house.ansible.host(name).etcdRuns)).toEqual([true, false, false]);
      const says = (await house.bot.result(back.id)).replaceAll(/\s+/g, ' ');
      expect(says).toContain('prod-1 is as it was before, with etcd stopped on etcd-2, etcd-3');
      expect(says).toMatch(
        /etcd-2 etcd is stopped, with no data in \/var\/lib\/etcd .*etcd-3 etcd is stopped, with no/,
      );
      expect(says).toContain('Leave it stopped there: without data it would begin a cluster of its own.');
      expect(says).toMatch(/To bring it back: .*restore prod-1 --reason "…"/);
      expect(says).toContain('etcd stays stopped on etcd-2, etcd-3, where it had no data');
    });

    it('begun anew and rolled back has no etcd anywhere, and is told how to begin once more', async () => {
      const etcd = (index: number) => ({
        etcd: { kind: 'staticPod', manifest: '/etc/kubernetes/manifests/etcd.yaml' },
        name: `etcd-${index + 1}`,
      });
      await open({ member: etcd });
      await house.backup();
      lose(...all);
      const { id, plan } = await house.plans();
      expect(plan.payload).toMatchObject({ decided: { variant: 'new' } });
      house.ansible.fail('start-etcd', 'etcd-1', 'no.');
      await house.approves(id);
      const back = await house.does('rollback', id);
      expect(house.data()).toEqual([undefined, undefined, undefined]);
      expect(all.map((name) => house.ansible.host(name).etcdRuns)).toEqual([false, false, false]);
      const says = (await house.bot.result(back.id)).replaceAll(/\s+/g, ' ');
      expect(says).toContain('prod-1 is as it was before, with etcd stopped on etcd-1, etcd-2, etcd-3');
      expect(says).toMatch(/its manifest lies in \S+\/manifests, where the next restore finds it/);
      expect(says).toMatch(/To bring it back: .*restore prod-1 latest --reason "…"/);
    });

    it('needs no restore where most of its hosts have their data', async () => {
      for (const name of all) house.prod.silence(name);
      expect(await house.refused(repair)).toContain('3 of 3 hosts have their data: etcd-1, etcd-2, etcd-3');
    });

    it('needs a backup where no data is left', async () => {
      lose(...all);
      expect(await house.refused(repair)).toContain('none of its hosts has data of etcd');
    });

    it('of five is rescued from the member that is furthest, as long as each of them says where it is', async () => {
      await open({ members: 5 });
      lose('etcd-3', 'etcd-4', 'etcd-5');
      house.prod.lag('etcd-1', 5n);
      expect((await house.plans(repair)).plan.payload).toMatchObject({ decided: { survivor: 'etcd-2' } });
      house.prod.silence('etcd-1');
      expect(await house.refused(repair)).toContain('it cannot be told which is the newest');
    });
  });
});
