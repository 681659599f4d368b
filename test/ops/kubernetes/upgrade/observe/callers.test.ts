import { describe, expect, it } from 'vitest';
import { hops } from '../../../../../src/ops/kubernetes/upgrade/hops.ts';
import { callersIn } from '../../../../../src/ops/kubernetes/upgrade/observe/audit-log.ts';
import { nameCallers } from '../../../../../src/ops/kubernetes/upgrade/observe/callers.ts';
import type { SystemPod } from '../../../../../src/ops/kubernetes/upgrade/observe/system-pods.ts';
import type { DeprecatedCall } from '../../../../../src/ops/kubernetes/upgrade/observed.ts';
import { createFakeKubernetes } from '../../../../fakes/kubernetes.ts';
import { gap, known, now } from '../observed.ts';

interface Told {
  readonly user?: string;
  readonly agent?: string;
  readonly resource?: string;
  readonly subresource?: string;
}
/** As kube-apiserver writes it. */
const event = ({ user = 'alice', agent = 'kubectl/v1.34.1 (linux/amd64) kubernetes/abc', ...ref }: Told = {}) => ({
  ...{ kind: 'Event', apiVersion: 'audit.k8s.io/v1', level: 'RequestResponse', stage: 'ResponseComplete' },
  ...{ verb: 'list', user: { username: user, groups: ['system:authenticated'] }, userAgent: agent },
  objectRef: { resource: 'servicecidrs', apiGroup: 'networking.k8s.io', apiVersion: 'v1beta1', ...ref },
  ...{ requestObject: { kind: 'Secret', data: { password: 'c2VjcmV0' } } },
  annotations: { 'authorization.k8s.io/decision': 'allow', 'k8s.io/deprecated': 'true' },
});
async function* saying(...lines: readonly (object | string)[]) {
  for (const line of lines) yield typeof line === 'string' ? line : JSON.stringify(line);
}
const cidrs = 'networking.k8s.io/v1beta1/servicecidrs/';
const operator = 'system:serviceaccount:shop:operator';

describe('an audit log', () => {
  it('tells who called what, counted by user and client, and nothing of what was sent', async () => {
    const found = await callersIn(
      saying(
        event(),
        event({ user: operator, agent: 'operator/2' }),
        event({ agent: 'kubectl/v1.30.0' }),
        event({ resource: 'ipaddresses' }),
      ),
    );
    expect([...found]).toEqual([
      [
        cidrs,
        [
          { user: 'alice', agent: 'kubectl', requests: 2 },
          { user: operator, agent: 'operator', requests: 1 },
        ],
      ],
      ['networking.k8s.io/v1beta1/ipaddresses/', [{ user: 'alice', agent: 'kubectl', requests: 1 }]],
    ]);
  });

  it.each([
    ['requests of what is not deprecated', { ...event(), annotations: {} }],
    ['a line without its beginning', JSON.stringify(event()).slice(9)],
    ['a line without its end', JSON.stringify(event()).slice(0, -9)],
    ['the old format', '2026-11-27T09:00:00Z AUDIT: id="1" user="alice" "k8s.io/deprecated":"true"'],
    ['a request of no object', { ...event(), objectRef: undefined }],
    ['what is no event', { spec: '"k8s.io/deprecated":"true"' }],
  ])('is passed over at %s', async (_, line) => {
    expect((await callersIn(saying(line, event()))).get(cidrs)).toHaveLength(1);
  });

  it('names the core group, subresources and clients that say nothing', async () => {
    const core = { ...event({ agent: '', subresource: 'status' }), userAgent: undefined };
    const { apiGroup: _, ...objectRef } = { ...core.objectRef, resource: 'endpoints', apiVersion: 'v1' };
    const found = await callersIn(saying({ ...core, objectRef }));
    expect([...found]).toEqual([['/v1/endpoints/status', [{ user: 'alice', agent: '', requests: 1 }]]]);
  });

  it('keeps no more of what clients call themselves than a person reads', async () => {
    const many = Array.from({ length: 3000 }, (_, nth) => event({ agent: `client-${nth}` }));
    expect((await callersIn(saying(...many))).get(cidrs)).toHaveLength(1000);
    const [long] = (await callersIn(saying(event({ agent: 'x'.repeat(5000) })))).get(cidrs) ?? [];
    expect(long?.agent).toHaveLength(60);
  });
});

const call: DeprecatedCall = {
  ...{ group: 'networking.k8s.io', version: 'v1beta1', resource: 'servicecidrs', subresource: '' },
  ...{ removedRelease: '1.37', requests: 12, by: undefined },
};
const pod = (node: string | undefined, rest: Partial<SystemPod> = {}): SystemPod => ({
  ...{ name: `kube-apiserver-${node}`, node, component: 'kube-apiserver', tag: 'v1.36.2' },
  ...{ isInShell: false, isStatic: true },
  ...{ address: undefined, references: [], flags: { 'audit-log-path': '/var/log/audit/audit.log' } },
  mounts: [{ inside: '/var/log/audit', onNode: '/var/log/kubernetes' }],
  ...rest,
});
const logOf = (node: string, file = 'kubernetes/audit.log') => `/api/v1/nodes/${node}/proxy/logs/${file}`;

/** Who is named for each API server, and the files that were read for it. */
async function named(pods: readonly SystemPod[] | 'unknown', servers = ['cp-1'], calls = [call], to = '1.37') {
  const fake = createFakeKubernetes({ now: () => now });
  for (const node of ['cp-1', 'cp-2']) fake.holds(logOf(node), JSON.stringify(event({ user: `somebody on ${node}` })));
  fake.holds(logOf('cp-1', 'audit.log'), JSON.stringify(event({ user: 'whoever' })));
  const read: string[] = [];
  const lines: typeof fake.lines = (cluster, path, options) => {
    read.push(path);
    return fake.lines(cluster, path, options);
  };
  const found = await nameCallers(
    { kubernetes: { ...fake, lines }, cluster: 'prod-1', options: {} },
    pods === 'unknown' ? gap('pods') : known(pods),
    known(servers.map((server) => ({ server, calls: known(calls) }))),
    hops('1.36.2', to),
  );
  if ('gap' in found) throw new Error('calls were known');
  const who = found.known.map(({ calls: its }) => {
    const [by] = 'known' in its ? its.known.map((one) => one.by) : [];
    return by && ('gap' in by ? by.gap.needs : by.known.map(({ user }) => user));
  });
  return { read, who };
}

describe('callers', () => {
  it('are read of each API server from its own log, where that lies on its node', async () => {
    expect(await named([pod('cp-1'), pod('cp-2')], ['cp-1', 'cp-2'])).toEqual({
      read: [logOf('cp-1'), logOf('cp-2')],
      who: [['somebody on cp-1'], ['somebody on cp-2']],
    });
  });

  it('are read of all, once, where nobody knows which API server was asked', async () => {
    const { read, who } = await named([pod('cp-1'), pod('cp-2')], ['whichever', 'another']);
    expect(read).toEqual([logOf('cp-1'), logOf('cp-2')]);
    expect(who[0]).toEqual(['somebody on cp-1', 'somebody on cp-2']);
  });

  it.each([
    ['a file that is mounted alone', { inside: '/var/log/audit/audit.log', onNode: '/var/log/audit.log' }],
    ['a directory above it', { inside: '/var/log', onNode: '/var/log/' }],
  ])('are read from %s', async (_, mount) => {
    const path = mount.inside === '/var/log' ? '/var/log/audit.log' : '/var/log/audit/audit.log';
    const { who } = await named([pod('cp-1', { mounts: [mount], flags: { 'audit-log-path': path } })]);
    expect(who).toEqual([['whoever']]);
  });

  it.each([
    [
      'is called but stays',
      [{ ...call, resource: 'endpoints', group: '', version: 'v1', removedRelease: undefined }],
      '1.37',
    ],
    ['goes later', [call], '1.36.5'],
    ['is called', [], '1.37'],
  ])('are not looked for where nothing that goes on the way %s', async (_, calls, to) => {
    expect((await named([pod('cp-1')], ['cp-1'], calls, to)).read).toEqual([]);
  });

  it.each([
    ['there is none', [pod('cp-1', { flags: {} })], 'writes no audit log: give it an --audit-policy-file'],
    ['it goes to a webhook', [pod('cp-1', { flags: { 'audit-webhook-config-file': '/etc/x' } })], 'to a webhook'],
    ['it goes to the output', [pod('cp-1', { flags: { 'audit-log-path': '-' } })], 'to its standard output'],
    [
      'kubelets do not serve it',
      [pod('cp-1', { mounts: [{ inside: '/var/log/audit', onNode: '/srv/audit' }] })],
      'The audit log is /srv/audit/audit.log',
    ],
    ['it is in the container alone', [pod('cp-1', { mounts: [] })], '/var/log/audit/audit.log in the container'],
    ['the file is not there', [pod('cp-9')], '404 page not found'],
    ['API servers are no pods', [], 'no pods of kube-system'],
    ['pods may not be read', 'unknown', 'the right to read pods'],
  ] as const)('are a gap where %s', async (_, pods, needs) => {
    const server = pods === 'unknown' ? 'cp-1' : (pods[0]?.node ?? 'cp-1');
    expect(String((await named(pods, [server])).who[0])).toContain(needs);
  });
});
