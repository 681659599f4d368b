import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import { digestOf } from '../../src/chatops/plan.ts';
import { hostFacts } from '../fakes/ansible.ts';
import { foreignFileOf } from '../fakes/backup-files.ts';
import { node, nodesPath } from '../fakes/kubernetes.ts';
import { people } from '../people.ts';
import { type HouseSetup, openRestoreHouse, type RestoreHouse } from './restore-house.ts';

let house: RestoreHouse;
const open = async (setup: HouseSetup = {}) => {
  house = await openRestoreHouse(setup);
};
beforeEach(() => open());
afterEach(() => {
  house.bot.done();
  expect(house.scratch.openPlaces).toBe(0);
});

const latest = '/salvor restore prod-1 latest --reason "bad RBAC rollout"';
const repair = '/salvor restore prod-1 --reason "cp-2 has lost its disk"';
const all = ['etcd-1', 'etcd-2', 'etcd-3'];
const stepNames = (plan: { readonly steps: readonly { readonly name: string }[] }) =>
  plan.steps.map(({ name }) => name);
/** Tags that were done on hosts after the plan was made, each once: `look` is asked while planning too. */
const tagsDone = () => [...new Set(house.ansible.done.map((one) => one.split(' ')[0]))].filter((tag) => tag !== 'look');
const data = () => house.names.map((name) => house.ansible.host(name).data);
const refused = async (words: string) => {
  const { run, says } = await house.asks(words);
  expect(run.state).toBe('refused');
  expect(says).toMatch(/Nothing was changed|^ {2}Changed {2}nothing$/m);
  return says.replaceAll(/\s+/g, ' ');
};

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
    const says = await refused(latest);
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
    const says = await refused('/salvor restore prod-1 r-new --reason "some reason"');
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
    expect(await refused('/salvor restore prod-1 r-bad --reason "some reason"')).toContain(
      'r-bad was tried out and found broken: It is torn.',
    );
  });

  it('is refused where there is none, with what may have been meant', async () => {
    await house.backup({ id: 'r-abcdef' });
    expect(await refused('/salvor restore prod-1 r-abcdfe --reason "some reason"')).toContain('Did you mean r-abcdef?');
  });

  it('is refused where its data is gone', async () => {
    const { dataAt } = await house.backup();
    await house.objects.remove(dataAt);
    expect(await refused(latest)).toContain('is not in the store');
  });

  it('written by a newer etcd than runs is not restored', async () => {
    await house.backup();
    house.prod.runs('3.4.23');
    expect(await refused(latest)).toContain(
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
      expect(await refused(words)).toContain('carries no hash, and nobody has tried it out');
      const { plan } = await house.plans(`${words} --unverified`);
      expect(plan.losses.join(' ')).toContain('NO HASH: backup/etcd/member/snap/db was copied from a data directory');
      const restoring = plan.steps.find(({ name }) => name === 'Restore beside the old data')?.commands ?? [];
      expect(restoring.filter(({ command }) => command.includes('--skip-hash-check'))).toHaveLength(3);
    });
  });
});

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
    expect(tagsDone()).toEqual([]);
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
    const says = await refused(latest);
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
    expect(plan.losses[1]).toMatch(/^REVISIONS GO BACK: etcd-2: etcdutl 3\.5\.9 cannot raise them .*kubernetes#118501/);
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
    expect(await refused(latest)).toContain('http://10.0.0.99:2380 (never started) is a learner of prod-1 now');
  });

  it('with a member of another name are refused', async () => {
    await house.backup();
    house.prod.rename('etcd-2', 'default', 'http://etcd-2.prod-1.example:2380');
    expect(await refused(latest)).toContain('is called default now, and etcd-2 in salvor.yaml');
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
    const says = await refused(latest);
    expect(says).toContain('4 things stand in the way');
    expect(says).toContain('etcd-1 (10.0.0.11) cannot be used: look: ssh: connect to host');
    expect(says).toMatch(/etcd-2 needs 19\d MiB beside the old data in \/var\/lib\/etcd/);
    expect(says).toContain('The clock of etcd-3 is');
    expect(says).toContain('etcd-3 has no etcdutl or etcdctl 3.5 to restore with (it has none of etcd’s programs)');
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
    const says = await refused(latest);
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
    const says = await refused(latest);
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

describe('a restore', () => {
  it('puts the backup on all members, saves what was there first, checks everything, and gives the cluster back', async () => {
    await house.backup();
    house.prod.put('/registry/pods/default/new');
    const { id } = await house.plans();
    const run = await house.approves(id);
    expect(run.state).toBe('done');
    expect(tagsDone()).toEqual([
      ...['fetch', 'prepare', 'stop-apiservers', 'stop-etcd', 'move-aside', 'restore', 'own', 'start-etcd'],
      ...['start-apiservers', 'restart-afterwards', 'clear-away'],
    ]);
    const mark = id.slice(2);
    expect(data()).toEqual(all.map(() => `restored-${mark}`));
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
    expect(tagsDone()).toEqual([]);
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
    expect(data()).toEqual(all.map(() => `restored-${id.slice(2)}`));
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
    expect(data()).toEqual(['old', 'old', 'old']);
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
    expect(data()).toEqual(['old', 'old', `restored-${id.slice(2)}`]);
    const resumed = await house.does('resume', id);
    expect(resumed.state).toBe('done');
    expect(data()).toEqual(all.map(() => `restored-${id.slice(2)}`));
    expect(all.map((name) => house.ansible.host(name))).toMatchObject(
      all.map(() => ({ etcdRuns: true, apiServerRuns: true })),
    );
  });

  it('and whose way back fails as well goes back when it is tried again', async () => {
    const { id } = await failsAt('start-apiservers');
    house.ansible.fail('put-back', 'etcd-3', 'cp did not answer.');
    await house.does('rollback', id);
    expect((await house.does('rollback', id)).state).toBe('done');
    expect(data()).toEqual(['old', 'old', 'old']);
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
    expect(tagsDone()).not.toContain('start-apiservers');
    expect((await house.does('rollback', id)).state).toBe('done');
    expect(data()).toEqual(['old', 'old', 'old']);
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
    expect(tagsDone()).toEqual([]);
  });
});

describe('without a backup', () => {
  it('nothing is done to a cluster that is well', async () => {
    const says = await refused(repair);
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
      expect(await refused(repair)).toContain('etcd-2 (10.0.0.12) cannot be used: look: No route to host');
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
      expect(data()).toEqual(['old', undefined, undefined]);
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
      expect(data()).toEqual([undefined, undefined, undefined]);
      expect(all.map((name) => house.ansible.host(name).etcdRuns)).toEqual([false, false, false]);
      const says = (await house.bot.result(back.id)).replaceAll(/\s+/g, ' ');
      expect(says).toContain('prod-1 is as it was before, with etcd stopped on etcd-1, etcd-2, etcd-3');
      expect(says).toMatch(/its manifest lies in \S+\/manifests, where the next restore finds it/);
      expect(says).toMatch(/To bring it back: .*restore prod-1 latest --reason "…"/);
    });

    it('needs no restore where most of its hosts have their data', async () => {
      for (const name of all) house.prod.silence(name);
      expect(await refused(repair)).toContain('3 of 3 hosts have their data: etcd-1, etcd-2, etcd-3');
    });

    it('needs a backup where no data is left', async () => {
      lose(...all);
      expect(await refused(repair)).toContain('none of its hosts has data of etcd');
    });

    it('of five is rescued from the member that is furthest, as long as each of them says where it is', async () => {
      await open({ members: 5 });
      lose('etcd-3', 'etcd-4', 'etcd-5');
      house.prod.lag('etcd-1', 5n);
      expect((await house.plans(repair)).plan.payload).toMatchObject({ decided: { survivor: 'etcd-2' } });
      house.prod.silence('etcd-1');
      expect(await refused(repair)).toContain('it cannot be told which is the newest');
    });
  });
});
