import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostFacts } from '../fakes/ansible.ts';
import { type HouseSetup, latest, openRestoreHouse, type RestoreHouse, stepNames } from './restore-house.ts';

let house: RestoreHouse;
const open = async (setup: HouseSetup = {}) => {
  house = await openRestoreHouse(setup);
};
beforeEach(() => open());
afterEach(() => house.isLeftAsFound());

const all = ['etcd-1', 'etcd-2', 'etcd-3'];

describe('clusters of other shapes', () => {
  const urlsOf = (plan: unknown) => JSON.stringify(plan);

  it('with IPv6, odd ports, names with dots and a WAL directory of their own are planned', async () => {
    await open({
      member: (index) => ({
        name: `cp-${index + 1}.example.org`,
        host: `fd00::1${index + 1}`,
        peerUrl: `http://[fd00::1${index + 1}]:12380/`,
        clientUrl: `http://etcd-${index + 1}.prod-1.example:2379`,
        walDir: '/wal/etcd',
      }),
      names: ['cp-1.example.org', 'cp-2.example.org', 'cp-3.example.org'],
    });
    await house.backup();
    const { plan } = await house.plans();
    const commandsOf = (step: string) =>
      plan.steps.find(({ name }) => name === step)?.commands.map(({ command }) => command) ?? [];
    const commands = commandsOf('Restore beside the old data');
    expect(commands[0]).toContain(
      '--initial-cluster=cp-1.example.org=http://[fd00::11]:12380,cp-2.example.org=http://[fd00::12]:12380,cp-3.example.org=http://[fd00::13]:12380',
    );
    expect(commands[0]).toContain(`--wal-dir=/wal/etcd.restored-`);
    expect(commandsOf('Exchange the data')).toContainEqual(
      expect.stringMatching(/^mv -nT \/wal\/etcd\.restored-\w+ \/wal\/etcd$/),
    );
    expect(urlsOf(plan.steps)).toContain('scp snapshot.db [fd00::11]:');
  });

  it('of five members are planned on all of them', async () => {
    await open({ members: 5 });
    await house.backup();
    const { plan } = await house.plans();
    expect(plan.steps.find(({ name }) => name === 'Stop etcd')?.commands.map(({ on }) => on)).toEqual([
      ...all,
      'etcd-4',
      'etcd-5',
    ]);
  });

  it('of an even number of members are planned, and the plan says what that means', async () => {
    await open({ members: 4 });
    await house.backup();
    expect(JSON.stringify((await house.plans()).plan.report)).toContain('4 members bear the loss of no more');
  });

  it('with a learner are planned, and it will vote', async () => {
    await house.backup();
    house.prod.demote('etcd-3');
    const { plan } = await house.plans();
    expect(plan.observed['Member etcd-3']).toContain('learner');
    expect(JSON.stringify(plan.report)).toContain('etcd-3 is a learner now, and will vote.');
  });

  it('with a member that salvor.yaml does not know are refused: it would go on with the old data', async () => {
    await house.backup();
    house.prod.adds('http://10.0.0.99:2380');
    expect(await house.refused(latest)).toContain('http://10.0.0.99:2380 (never started) is a learner of prod-1 now');
  });

  it('with a member of another name are refused', async () => {
    await house.backup();
    house.prod.rename('etcd-2', 'default', 'http://etcd-2.prod-1.example:2380');
    expect(await house.refused(latest)).toContain('is called default now, and etcd-2 in salvor.yaml');
  });

  it('with a member that is down are planned when its host is there, and told that replacing it would lose nothing', async () => {
    await house.backup();
    house.prod.silence('etcd-3');
    house.ansible.host('etcd-3').etcdRuns = false;
    const { plan } = await house.plans();
    expect(plan.observed['Member etcd-3']).toContain('does not answer');
    expect(JSON.stringify(plan.report.next)).toContain('replacing it loses nothing');
  });

  it('with hosts that cannot be used are refused, each with its reason', async () => {
    await house.backup();
    house.ansible.host('etcd-1').unreachable = 'ssh: connect to host 10.0.0.11 port 22: No route to host';
    const second = house.ansible.host('etcd-2');
    second.facts = { ...second.facts, data_dir: { ...second.facts.data_dir, free_bytes: 1_000_000 } };
    const third = house.ansible.host('etcd-3');
    third.facts = { ...third.facts, tools: [], clock: 0 };
    const says = await house.refused(latest);
    expect(says).toContain('4 things stand in the way');
    expect(says).toContain('etcd-1 (10.0.0.11) cannot be used: look: ssh: connect to host');
    expect(says).toMatch(/etcd-2 needs 19\d MiB beside the old data in \/var\/lib\/etcd/);
    expect(says).toContain('The clock of etcd-3 is');
    expect(says).toContain('etcd-3 has no etcdutl/etcdctl 3.5 to restore with (it has none of etcd’s programs)');
  });

  it('where something else listens on a port of etcd are refused: etcd could not start there, or would go on as it is', async () => {
    await house.backup();
    const first = house.ansible.host('etcd-1');
    first.facts = { ...first.facts, ports: [{ port: 2379, held_by: 'nginx', is_ours: false }] };
    house.prod.silence('etcd-2');
    house.ansible.host('etcd-2').etcdRuns = false;
    const second = house.ansible.host('etcd-2');
    second.facts = { ...second.facts, ports: [{ port: 2380, held_by: 'etcd3', is_ours: false }] };
    const third = house.ansible.host('etcd-3');
    third.facts = { ...third.facts, ports: [{ port: 2379, held_by: 'etcd', is_ours: false }] };
    const says = await house.refused(latest);
    expect(says).toContain('Port 2379 of etcd-1 on 10.0.0.11 is held by nginx: etcd could not start there.');
    expect(says).toContain('Port 2380 of etcd-2 on 10.0.0.12 is held by etcd3: etcd could not start there.');
    expect(says).toContain(
      'Port 2379 of etcd-3 on 10.0.0.13 is held by an etcd whose data is not that of /var/lib/etcd: mend restore.members of etcd-3 in salvor.yaml, or stop it.',
    );
  });

  it('whose etcd is run otherwise than salvor.yaml says are refused: another one would be stopped', async () => {
    await house.backup();
    house.ansible.host('etcd-2').etcdRuns = false;
    house.ansible.host('etcd-3').data = undefined;
    const says = await house.refused(latest);
    expect(says).toContain('etcd answers on etcd-2, but what salvor.yaml says to stop there does not run');
    expect(says).toContain('etcd answers on etcd-3, but /var/lib/etcd on 10.0.0.13 holds no data of it');
  });

  it('that do not answer, on hosts with their data, are planned with a copy of it in place of a snapshot', async () => {
    await house.backup();
    for (const name of all) house.prod.silence(name);
    const { plan } = await house.plans();
    expect(stepNames(plan)).toContain('Copy the old data');
    expect(stepNames(plan)).not.toContain('Save what is there now');
    expect(plan.losses[0]).toContain('how much that is cannot be told, since no member answers');
  });

  it('that are new, with nothing on their hosts, are planned without anything to lose', async () => {
    await open({ facts: hostFacts({ etcd_runs: false }) });
    for (const name of all) {
      house.prod.silence(name);
      house.ansible.host(name).data = undefined;
    }
    await house.backup();
    const { plan } = await house.plans();
    expect(plan.payload).toMatchObject({ decided: { variant: 'new' } });
    expect(stepNames(plan)).not.toContain('Exchange the data');
    expect(plan.losses[0]).toContain('There is nothing to lose here.');
  });
});
