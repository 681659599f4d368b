import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { node, nodesPath } from '../fakes/kubernetes.ts';
import { people } from '../people.ts';
import { type HouseSetup, openRestoreHouse, type RestoreHouse } from './restore-house.ts';

let house: RestoreHouse;
const open = async (setup: HouseSetup = {}) => {
  house = await openRestoreHouse(setup);
};
beforeEach(() => open());
afterEach(() => house.isLeftAsFound());

const repair = '/salvor restore prod-1 --reason "cp-2 has lost its disk"';
const all = ['etcd-1', 'etcd-2', 'etcd-3'];

describe('a restore', () => {
  it('puts the backup on all members, saves what was there first, checks everything, and gives the cluster back', async () => {
    await house.backup();
    house.prod.put('/registry/pods/default/new');
    const { id } = await house.plans();
    const run = await house.approves(id);
    expect(run.state).toBe('done');
    expect(house.tagsDone()).toEqual([
      ...['fetch', 'prepare', 'stop-apiservers', 'stop-etcd', 'move-aside', 'restore', 'own', 'start-etcd'],
      ...['start-apiservers', 'restart-afterwards', 'clear-away'],
    ]);
    const mark = id.slice(2);
    expect(house.data()).toEqual(all.map(() => `restored-${mark}`));
    expect(all.map((name) => house.ansible.host(name).aside.get(`before-${mark}`))).toEqual(['old', 'old', 'old']);
    expect(house.prod.keys).not.toContain('/registry/pods/default/new');
    expect(house.objects.keys('main').filter((key) => key.includes('/manifests/'))).toHaveLength(2);
    expect(await house.approval(id)).toMatchObject({ state: 'done' });
    expect(await house.isHeld()).toBe(false);
    expect(await house.bot.result(run.id)).toContain('prod-1 is restored from r-good');
  });

  it('clears the addresses of former API servers before any starts', async () => {
    await house.backup();
    const { id } = await house.plans();
    house.prod.findsInRestore('/registry/masterleases/10.0.0.1');
    const left: string[] = [];
    house.ansible.onReaching('start-apiservers', () => {
      left.push(...house.prod.keys.filter((key) => key.startsWith('/registry/masterleases/')));
    });
    expect((await house.approves(id)).state).toBe('done');
    expect(left).toEqual([]);
  });

  it('asks Kubernetes afterwards who leads and which nodes are ready, as written since then', async () => {
    await open({ withKubernetes: true });
    await house.backup();
    const { id } = await house.plans();
    const run = await house.approves(id);
    const says = await house.bot.result(run.id);
    expect(run.report?.tone).toBe('good');
    expect(says).toContain(
      'cp-1 leads kube-controller-manager, cp-1 leads kube-scheduler, 3 of 3 nodes are ready, as before',
    );
  });

  it('says what of Kubernetes is not as it should be, which is no failure of the restore', async () => {
    await open({ withKubernetes: true });
    await house.backup();
    const { id } = await house.plans();
    house.ansible.onReaching('start-apiservers', () => {
      house.kubernetes.has(nodesPath, () => [node('cp-1'), node('cp-2'), node('worker-gone', 'Unknown')]);
    });
    const run = await house.approves(id);
    expect(run).toMatchObject({ state: 'done', report: { tone: 'warning' } });
    expect(run.report?.text).toBe(
      'Joined since the backup, so Kubernetes does not know them now: cp-3. Restart kubelet there: it registers only when it starts. ' +
        'Taken out since the backup, and back without a kubelet: worker-gone. Take them out again: kubectl delete node.',
    );
  });

  it('gives every host the file and its SHA-256, and keeps none of it', async () => {
    await house.backup();
    await house.approves((await house.plans()).id);
    const fetching = house.ansible.requests.find(({ tags }) => tags?.includes('fetch'));
    expect(fetching?.inventory.variables).toMatchObject({
      snapshot_file: expect.stringContaining('snapshot.db'),
      snapshot_sha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('runs exactly what was agreed to', async () => {
    await house.backup();
    const { id, plan } = await house.plans();
    await house.approves(id);
    const restoring = house.ansible.requests.find(({ tags }) => tags?.includes('restore'));
    expect(restoring?.inventory.groups.etcd?.map(({ variables }) => variables.restore_argv)).toEqual(
      (plan.payload.decided as { hosts: { variables: { restore_argv: unknown } }[] }).hosts.map(
        ({ variables }) => variables.restore_argv,
      ),
    );
  });

  it('does not begin when a member has gone meanwhile: the plan is another', async () => {
    await house.backup();
    const { id } = await house.plans();
    for (const one of [people.bob, people.carol]) {
      await house.bot.answers(one, id);
      house.bot.reply();
    }
    house.prod.silence('etcd-3');
    await house.bot.works();
    expect(await house.approval(id)).toMatchObject({ state: 'superseded' });
    expect(house.tagsDone()).toEqual([]);
  });
});

describe('a restore that fails', () => {
  const failsAt = async (tag: Parameters<typeof house.ansible.fail>[0], host = 'etcd-2') => {
    await house.backup();
    house.prod.put('/registry/pods/default/new');
    const { id } = await house.plans();
    house.ansible.fail(tag, host, 'No space left on device.');
    return { id, run: await house.approves(id) };
  };

  it('says on which host, why, and what is changed, and keeps the cluster from others', async () => {
    const { run } = await failsAt('restore');
    expect(run.state).toBe('failed');
    const says = (await house.bot.result(run.id)).replaceAll(/\s+/g, ' ');
    expect(says).toContain(
      'It failed on etcd-2. etcd-2: restore: No space left on device. etcd-1, etcd-3 ended that task; none began the next.',
    );
    expect(says).toMatch(
      /Changed the backup lies on etcd-1, etcd-2, etcd-3; the backup is restored beside the data in use; API servers are stopped on .*; etcd is stopped on .*; the old data is set aside as before-\w+, and the backup is in its place/,
    );
    expect(await house.isHeld()).toBe(true);
  });

  it.each([
    ...['fetch', 'prepare', 'stop-apiservers', 'stop-etcd', 'move-aside', 'restore', 'own', 'start-etcd'],
    ...['start-apiservers', 'restart-afterwards', 'clear-away'],
  ] as const)('at %s goes on there when it is resumed, and does nothing twice that had ended', async (tag) => {
    const { id, run } = await failsAt(tag);
    expect(run.state).toBe('failed');
    const before = house.ansible.done.length;
    const resumed = await house.does('resume', id);
    expect(resumed.state).toBe('done');
    expect(house.ansible.done[before]).toBe(`${['restore', 'own'].includes(tag) ? 'move-aside' : tag} etcd-1`);
    expect(house.data()).toEqual(all.map(() => `restored-${id.slice(2)}`));
    expect(await house.approval(id)).toMatchObject({ state: 'done' });
    expect(await house.isHeld()).toBe(false);
  });

  it.each([
    ...['fetch', 'prepare', 'stop-apiservers', 'stop-etcd', 'move-aside', 'restore', 'own', 'start-etcd'],
    ...['start-apiservers', 'restart-afterwards', 'clear-away'],
  ] as const)('at %s is as it was before when it is rolled back', async (tag) => {
    const { id } = await failsAt(tag);
    const back = await house.does('rollback', id);
    expect(back.state).toBe('done');
    expect(house.data()).toEqual(['old', 'old', 'old']);
    expect(all.map((name) => house.ansible.host(name))).toMatchObject(
      all.map(() => ({ etcdRuns: true, apiServerRuns: true, hasSnapshot: false })),
    );
    expect(house.prod.keys).toContain('/registry/pods/default/new');
    expect(await house.isHeld()).toBe(false);
    expect(await house.bot.result(back.id)).toMatch(/prod-1 is as it was before/);
  });

  it('and whose way back fails as well is done anew when it is resumed: some hosts have their old data again', async () => {
    const { id } = await failsAt('start-apiservers');
    house.ansible.fail('put-back', 'etcd-3', 'cp did not answer.');
    expect((await house.does('rollback', id)).state).toBe('failed');
    expect(house.data()).toEqual(['old', 'old', `restored-${id.slice(2)}`]);
    const resumed = await house.does('resume', id);
    expect(resumed.state).toBe('done');
    expect(house.data()).toEqual(all.map(() => `restored-${id.slice(2)}`));
    expect(all.map((name) => house.ansible.host(name))).toMatchObject(
      all.map(() => ({ etcdRuns: true, apiServerRuns: true })),
    );
  });

  it('and whose way back fails as well goes back when it is tried again', async () => {
    const { id } = await failsAt('start-apiservers');
    house.ansible.fail('put-back', 'etcd-3', 'cp did not answer.');
    await house.does('rollback', id);
    expect((await house.does('rollback', id)).state).toBe('done');
    expect(house.data()).toEqual(['old', 'old', 'old']);
  });

  it('after the data was rescued is resumed by another worker, which rescues it once more', async () => {
    house.prod.silence('etcd-2');
    house.prod.silence('etcd-3');
    for (const name of ['etcd-2', 'etcd-3'])
      Object.assign(house.ansible.host(name), { data: undefined, etcdRuns: false });
    const { id } = await house.plans(repair);
    house.ansible.fail('fetch', 'etcd-3', 'no.');
    await house.approves(id);
    expect((await house.does('resume', id)).state).toBe('done');
    expect(house.ansible.done.filter((one) => one.startsWith('rescue'))).toEqual(['rescue etcd-1', 'rescue etcd-1']);
  });

  it('because keys are missing stops before anybody may use it', async () => {
    await house.backup();
    const { id } = await house.plans();
    house.ansible.onReaching('own', () => house.prod.losesInRestore('/registry/pods/'));
    const run = await house.approves(id);
    expect(run.state).toBe('failed');
    expect(await house.bot.result(run.id)).toMatch(/etcd has \d+ pods where 30 were backed up/);
    expect(house.tagsDone()).not.toContain('start-apiservers');
    expect((await house.does('rollback', id)).state).toBe('done');
    expect(house.data()).toEqual(['old', 'old', 'old']);
  });

  it('before anything was put anywhere leaves the cluster to others at once', async () => {
    await house.backup();
    const { id } = await house.plans();
    for (const one of [people.bob, people.carol]) {
      await house.bot.answers(one, id);
      house.bot.reply();
    }
    house.etcd.fail('snapshot', new Fault('gone', { port: 'etcd', operation: 'snapshot', retryable: false }));
    await house.bot.works();
    expect(await house.approval(id)).toMatchObject({ state: 'failed' });
    expect(await house.isHeld()).toBe(false);
    expect(house.tagsDone()).toEqual([]);
  });
});
