import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { catalogueOf } from '../../src/adapters/catalogue.ts';
import type { GivenFile } from '../../src/chatops/command.ts';
import { Fault } from '../../src/chatops/errors.ts';
import type { Report } from '../../src/chatops/report.ts';
import type { Finding } from '../../src/ops/kubernetes/upgrade/finding.ts';
import type { Cluster } from '../../src/ports/catalogue.ts';
import { exitCode } from '../../src/terminal/exit-code.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { createBackupPlanter } from '../fakes/backups.ts';
import { backupTarget, clusterOf } from '../fakes/cluster.ts';
import { createFakeEtcd, type FakeEtcd } from '../fakes/etcd.ts';
import { type FakeKubernetes, nodesPath } from '../fakes/kubernetes.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { podsPath, recordedCluster } from '../ops/kubernetes/upgrade/recorded-cluster.ts';
import { people } from '../people.ts';
import { listsIn, recorded } from '../recordings/recordings.ts';

let bot: Bot;
let etcd: FakeEtcd;
let kubernetes: FakeKubernetes;
let objects: FakeObjects;

const secretsPath = '/api/v1/secrets';
const budgetsPath = '/apis/policy/v1/poddisruptionbudgets';
/** What the recorded cluster has of obstacles. */
const obstacles = [
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  '/apis/apiregistration.k8s.io/v1/apiservices',
  budgetsPath,
  secretsPath,
];

async function open(changes: Partial<Cluster> = {}) {
  const clock = { now: () => bot.clock.now() };
  etcd = createFakeEtcd({ 'prod-1': { members: 3 } });
  etcd.cluster('prod-1').runs('3.6.11');
  kubernetes = recordedCluster(clock);
  objects = createFakeObjects(clock, { buckets: ['main'] });
  const withKubernetes = { hasKubernetes: true, nodeBatches: { canary: 1, percent: 20 } };
  const cluster = clusterOf({}, { ...withKubernetes, ...changes });
  bot = await createBot({ etcd, kubernetes, objects, catalogue: catalogueOf([cluster]) });
  const plant = createBackupPlanter(objects, cluster);
  plant.verified(plant.own({ id: 'r-1', takenAt: new Date(clock.now().getTime() - 3_600_000) }));
}
beforeEach(() => open());
afterEach(() => bot.done());

async function upgrade(words: string, files: readonly GivenFile[] = []) {
  const { id } = startedRun(await bot.types(people.vera, `/salvor upgrade ${words}`, { files }));
  bot.reply();
  await bot.works();
  const run = await bot.runs.find(id);
  if (!run?.report) throw new Error('it has not ended');
  // With its files, which the record of a run leaves out.
  const report = bot.said(id);
  return { run, report, says: await bot.result(id), exits: exitCode({ kind: 'ended', run }) };
}
/** As the file for programs has them. */
const findingsIn = ({ moreFiles }: Report): readonly Finding[] =>
  JSON.parse(Buffer.from(moreFiles?.[0]?.base64 ?? '', 'base64').toString()).hops.flatMap(
    ({ findings }: { readonly findings: readonly Finding[] }) => findings,
  );
const subjectsOf = (report: Report, severity: string) =>
  findingsIn(report).flatMap((finding) => (finding.severity === severity ? [finding.subject] : []));
const withoutObstacles = () => {
  for (const path of obstacles) kubernetes.has(path, () => []);
  const said = (list: readonly unknown[] | undefined, from: string, to: string) =>
    JSON.parse(JSON.stringify(list).replaceAll(from, to));
  // Its third API server was recorded a minor behind the others, and its nodes without the pause image.
  const [controlPlane, addOns] = listsIn('pods', podsPath).map(({ items }) => said(items, 'v1.35.5', 'v1.36.2'));
  kubernetes.has(podsPath, () => [...controlPlane, ...addOns]);
  const image = { names: ['registry.k8s.io/pause:3.10.2'], sizeBytes: 1 };
  const nodes = said(listsIn('nodes', nodesPath)[0]?.items, '', '') as { status: object }[];
  kubernetes.has(nodesPath, () => nodes.map((node) => ({ ...node, status: { ...node.status, images: [image] } })));
};
const forbidden = (resource: string) =>
  new Fault(`The API server of prod-1 refuses: User "salvor" cannot list resource "${resource}".`, {
    ...{ port: 'kubernetes', operation: 'read', code: 'KUBERNETES_FORBIDDEN', retryable: false },
    next: 'Grant ClusterRole salvor of deploy/kubernetes/rbac.yaml.',
  });
const metrics = String(
  recorded('deprecations').find(({ request, note }) => request.path === '/metrics' && note === 'after')?.response.body,
);

describe('upgrade tells', () => {
  it('that nothing stands in the way, and exits with 0', async () => {
    withoutObstacles();
    const { report, exits } = await upgrade('prod-1 1.37');
    expect(report).toMatchObject({ tone: 'good', title: 'prod-1 from 1.36.2 to 1.37: ready', changed: 'nothing' });
    expect(subjectsOf(report, 'blocker')).toEqual([]);
    expect(exits).toBe(0);
  });

  it('what nobody could see, and exits with 3: never ready on silence', async () => {
    withoutObstacles();
    kubernetes.shows(forbidden('certificates'), '10.0.0.12:6443');
    const { report, exits } = await upgrade('prod-1 1.37');
    expect(report).toMatchObject({
      tone: 'warning',
      title: 'prod-1 from 1.36.2 to 1.37: unknown because nobody could see the certificate of the API server on cp-2',
    });
    expect(exits).toBe(3);
  });

  it('a certificate that would run out in the middle of it', async () => {
    withoutObstacles();
    kubernetes.shows(1, '10.0.0.12:6443');
    const { report, exits } = await upgrade('prod-1 1.37');
    expect(subjectsOf(report, 'blocker')).toEqual(['certificate of the API server on cp-2']);
    expect(exits).toBe(2);
  });

  it('every blocker with its next step, hop by hop, and exits with 2', async () => {
    const { run, report, says, exits } = await upgrade('prod-1 v1.37');
    expect(report.title).toMatch(/^prod-1 from 1\.35\.5 to 1\.37: \d+ blockers, and \d+ things? not seen$/);
    const blockers = subjectsOf(report, 'blocker');
    expect(blockers).toContain('shop/web');
    expect(blockers).toContain('check.example.com of validating configuration fail-closed');
    expect(says).toMatch(/1\.35 → 1\.36 +\d+ blockers/);
    expect(says).toMatch(/1\.36 → 1\.37 +\d+ blocker/);
    expect(says).toMatch(/Data +as of 2026-08-23/);
    expect(exits).toBe(2);
    expect(bot.said(run.id).file?.name).toBe('upgrade-prod-1-1.37.md');
    expect(bot.said(run.id).moreFiles?.[0]?.name).toBe('upgrade-prod-1-1.37.json');
  });

  it('an API that goes and was called, and on which API server: each is asked at its own address', async () => {
    withoutObstacles();
    kubernetes.holds('/metrics', metrics, '10.0.0.12:6443');
    const { report } = await upgrade('prod-1 1.37');
    const calls = findingsIn(report).filter(({ check }) => check === 'called-apis');
    expect(calls.map(({ severity, subject }) => [severity, subject])).toContainEqual([
      'blocker',
      'networking.k8s.io/v1beta1 servicecidrs',
    ]);
    expect(calls[0]?.evidence).toContain('on cp-2 since it started');
  });

  it('that the API servers whose address nobody tells were not asked', async () => {
    withoutObstacles();
    kubernetes.has(podsPath, () => []);
    const { report } = await upgrade('prod-1 1.37');
    expect(subjectsOf(report, 'unknown')).toContain('the metrics of the API server on any other host');
  });

  it('that there is no backup to go back to, or none fresh enough', async () => {
    await open({ backup: backupTarget({ maxAgeMs: 1_800_000 }) });
    withoutObstacles();
    const { report } = await upgrade('prod-1 1.37');
    expect(subjectsOf(report, 'blocker')).toEqual(['backup of prod-1']);
  });

  it('what is in the files that were given, of which only the kinds are kept', async () => {
    withoutObstacles();
    const text =
      'apiVersion: networking.k8s.io/v1beta1\nkind: ServiceCIDR\nmetadata: {name: extra}\nspec: {password: hush}\n';
    const { run, report } = await upgrade('prod-1 1.37', [
      { name: 'cidr.yaml', text },
      { name: 'chart.yaml', text: '{{ broken' },
    ]);
    expect(subjectsOf(report, 'blocker')).toEqual(['file cidr.yaml']);
    expect(subjectsOf(report, 'unknown')).toContain('what is in chart.yaml');
    expect(JSON.stringify(run)).not.toContain('hush');
    await bot.types(people.vera, '/salvor leaders prod-1', { files: [{ name: 'cidr.yaml', text }] });
    expect(bot.reply()).toContain('The command leaders takes no files.');
  });

  it('which members of etcd do not answer', async () => {
    withoutObstacles();
    etcd.cluster('prod-1').silence('etcd-2', 'connection refused');
    expect(JSON.stringify((await upgrade('prod-1 1.37')).report.found)).toContain('connection refused');
  });

  it('how far it is while it looks', async () => {
    const { run } = await upgrade('prod-1 1.37');
    expect(run.steps.map(({ name, state }) => [name, state])).toEqual([
      ['Ask what API servers run', 'complete'],
      ['Look at etcd and the backups', 'complete'],
      ['Look at the cluster', 'complete'],
    ]);
    expect(run.steps[2]?.detail).toMatch(/^\d+ objects read$/);
  });

  it('nodes in batches, as salvor.yaml has them', async () => {
    await open({ nodeBatches: { canary: 0, percent: 100 } });
    const { run } = await upgrade('prod-1 1.37');
    const text = Buffer.from(bot.said(run.id).file?.base64 ?? '', 'base64').toString();
    expect(text).toContain('batch 1 of 1');
    expect(text).not.toContain('canary');
  });
});

describe('what upgrade may not read', () => {
  it.each([
    ['secrets', secretsPath, 'Helm releases'],
    ['poddisruptionbudgets', budgetsPath, 'pod disruption budgets'],
    ['pods', podsPath, 'the pods of kube-system'],
  ])('is unknown and names the right: %s', async (resource, path, subject) => {
    withoutObstacles();
    kubernetes.fails(path, forbidden(resource));
    const { report, exits } = await upgrade('prod-1 1.37');
    expect(report.title).toContain('unknown because nobody could see');
    expect(subjectsOf(report, 'unknown')).toContain(subject);
    const found = report.found?.find(({ about }) => about.some((one) => one.subject === subject));
    expect(found?.next).toContain(`User "salvor" cannot list resource "${resource}"`);
    expect(exits).toBe(3);
  });
});

describe('upgrade is refused', () => {
  it.each([
    ['a step back', '1.34', 'The cluster runs 1.35.5: 1.34 would be a step back.'],
    ['what runs already', '1.35.5', 'The cluster runs 1.35.5 already.'],
    ['what nobody knows yet', '1.99', 'Nothing is known here of Kubernetes 1.99'],
    ['what is no Kubernetes', '2.0', '“2.0” is no version of Kubernetes.'],
  ])('for %s, before the cluster is looked at', async (_, version, why) => {
    kubernetes.fails(secretsPath, forbidden('secrets'));
    const { run, says, exits } = await upgrade(`prod-1 ${version}`);
    expect(run.state).not.toBe('done');
    expect(says).toContain(why);
    expect(run.steps.at(-1)?.state).toBe('pending');
    expect(exits).toBe(1);
  });

  it('for a step back, and does not send anybody to a restore in passing', async () => {
    const { says } = await upgrade('prod-1 1.34');
    expect(says).toContain('loses all that was written since');
    expect(says).toContain('/salvor backups prod-1');
  });

  it('for what is no version at all, at once', async () => {
    await bot.types(people.vera, '/salvor upgrade prod-1 newest');
    expect(bot.reply()).toContain('<version> must be a version such as 1.34 or 1.34.2');
  });

  it('for one word in a channel of no cluster: it may be the cluster or the version', async () => {
    await bot.types(people.vera, '/salvor upgrade 1.37', { channel: 'C0OPS' });
    expect(bot.reply()).toContain('<cluster> and <version> are both needed here');
  });

  it('for a cluster without a kubeconfig, and says where one is named', async () => {
    bot = await createBot({ etcd, kubernetes, objects });
    const { says } = await upgrade('prod-1 1.37');
    expect(says).toContain('prod-1 has no kubeconfig in salvor.yaml');
    expect(says).toContain('clusters.prod-1.kubernetes');
  });
});
