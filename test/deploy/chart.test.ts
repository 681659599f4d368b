import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadConfig } from '../../src/config.ts';
import { documented } from '../config/documented.ts';
import { canRender, chart, hasHelm, lintChart, objectsIn, renderWithGo, renderWithHelm } from './render-chart.ts';
import { strangeIn } from './strange-in.ts';

const read = (file: string) => readFileSync(resolve(chart, file), 'utf8');
const own = parse(read('values.yaml'));
const example = parse(read('example-values.yaml'));
const settings = readFileSync(resolve(chart, '../../../salvor.example.yaml'), 'utf8');

const Labels = z.record(z.string(), z.string());
const Probe = z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) });
const Container = z.object({
  image: z.string(),
  args: z.array(z.string()),
  securityContext: z.unknown(),
  ports: z.array(z.object({ name: z.string(), containerPort: z.number() })),
  env: z.array(
    z.strictObject({
      name: z.string(),
      valueFrom: z.strictObject({ secretKeyRef: z.strictObject({ name: z.string(), key: z.string() }) }),
    }),
  ),
  startupProbe: Probe,
  livenessProbe: Probe,
  readinessProbe: Probe,
  resources: z.object({ requests: z.object({ memory: z.string() }), limits: z.object({ memory: z.string() }) }),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })),
});
const Deployment = z.object({
  kind: z.literal('Deployment'),
  apiVersion: z.literal('apps/v1'),
  metadata: z.object({ name: z.string() }),
  spec: z.object({
    replicas: z.int().min(1),
    selector: z.object({ matchLabels: Labels }),
    template: z.object({
      metadata: z.object({ labels: Labels, annotations: Labels }),
      spec: z.object({
        serviceAccountName: z.string(),
        automountServiceAccountToken: z.literal(false),
        terminationGracePeriodSeconds: z.int(),
        securityContext: z.unknown(),
        topologySpreadConstraints: z.array(z.object({ labelSelector: z.object({ matchLabels: Labels }) })),
        containers: z.tuple([Container]),
        volumes: z.array(
          z.object({
            name: z.string(),
            configMap: z.object({ name: z.string() }).optional(),
            secret: z.object({ secretName: z.string() }).optional(),
          }),
        ),
      }),
    }),
  }),
});
const Named = z.looseObject({ kind: z.string(), apiVersion: z.string(), metadata: z.object({ name: z.string() }) });
const selectors = z.object({
  kind: z.string(),
  spec: z.object({
    selector: z.union([z.object({ matchLabels: Labels }), Labels]).optional(),
    podSelector: z.object({ matchLabels: Labels }).optional(),
    ports: z.array(z.object({ targetPort: z.string() })).optional(),
    ingress: z.array(z.object({ ports: z.array(z.object({ port: z.string() })) })).nullish(),
  }),
});

describe('the schema of the chart’s values', () => {
  const schema = z.fromJSONSchema(JSON.parse(read('values.schema.json')));
  it('takes the chart’s own values once they name a site, and the example', () => {
    expect(schema.safeParse({ ...own, sites: { main: {} } }).error).toBeUndefined();
    expect(schema.safeParse({ ...own, ...example, bot: { ...own.bot, ...example.bot } }).error).toBeUndefined();
  });
  it.each([
    ['no site', { sites: {} }],
    ['a secret in place of where it lies', { sites: { a: {} }, env: { REDIS_URL: 'redis://:secret@redis' } }],
    ['more bots than Slack opens connections for', { sites: { a: {} }, bot: { replicas: 11 } }],
    ['a word that no template knows', { sites: { a: {} }, worker: {} }],
  ])('refuses %s', (_, changes) => {
    expect(schema.safeParse({ ...own, ...changes }).success).toBe(false);
  });
});

// Each left out where it is missing: nothing else here can render what Helm renders.
const engines = [
  { name: 'Helm', isHere: hasHelm(), renderChart: renderWithHelm },
  {
    name: 'the engine of Helm (Debian: golang-go golang-github-masterminds-sprig-dev)',
    isHere: canRender(),
    renderChart: renderWithGo,
  },
];
for (const { name, isHere, renderChart } of engines)
  describe.skipIf(!isHere)(`the chart, rendered by ${name}`, () => {
    let all: readonly z.infer<typeof Named>[];
    let deployments: readonly z.infer<typeof Deployment>[];
    let config: string;

    beforeAll(async () => {
      const values = { ...example, config: parse(settings), sites: { ...example.sites, 'closed-2': {} } };
      const found = objectsIn(await renderChart(values));
      all = found.map((one) => Named.parse(one));
      deployments = found.flatMap((one) => (Named.parse(one).kind === 'Deployment' ? [Deployment.parse(one)] : []));
      config = z
        .object({ data: z.object({ 'salvor.yaml': z.string() }) })
        .parse(all.find(({ kind }) => kind === 'ConfigMap')).data['salvor.yaml'];
    }, 120_000);

    const pods = () => deployments.map(({ spec }) => spec.template);
    const labelsMatch = (labels: z.infer<typeof Labels>) =>
      pods().filter(({ metadata }) => Object.entries(labels).every(([name, value]) => metadata.labels[name] === value));

    it('is one Deployment of bots and one of workers for each site, each name once', () => {
      expect(deployments.map(({ metadata }) => metadata.name)).toEqual([
        'ops-salvor-bot',
        'ops-salvor-worker-closed-2',
        'ops-salvor-worker-main',
      ]);
      expect(pods().map(({ spec }) => spec.containers[0].args)).toEqual([
        ['bot'],
        ['worker', '--site', 'closed-2'],
        ['worker', '--site', 'main'],
      ]);
      const names = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      expect(new Set(names).size).toBe(names.length);
      expect(all.map(({ kind }) => kind)).not.toContain('Secret');
    });

    it('selects with each Deployment its own pods, and with everything else some', () => {
      for (const { spec } of deployments) expect(labelsMatch(spec.selector.matchLabels)).toEqual([spec.template]);
      for (const { spec } of deployments)
        for (const spread of spec.template.spec.topologySpreadConstraints)
          expect(labelsMatch(spread.labelSelector.matchLabels)).toEqual([spec.template]);
      for (const one of all.filter(({ kind }) => ['Service', 'PodDisruptionBudget', 'NetworkPolicy'].includes(kind))) {
        const { selector, podSelector, ports = [], ingress } = selectors.parse(one).spec;
        const labels =
          podSelector?.matchLabels ?? (selector && 'matchLabels' in selector ? selector.matchLabels : selector);
        const chosen = labelsMatch(z.record(z.string(), z.string()).parse(labels));
        expect(chosen.length).toBeGreaterThan(0);
        const open = chosen.flatMap(({ spec }) => spec.containers[0].ports.map(({ name }) => name));
        const asked = [
          ...ports.map(({ targetPort }) => targetPort),
          ...(ingress ?? []).flatMap((rule) => rule.ports.map(({ port }) => port)),
        ];
        expect(open).toEqual(expect.arrayContaining(asked));
      }
    });

    it('asks /livez and /readyz at a port that is open, as salvor.yaml has it', () => {
      for (const { spec } of pods()) {
        const [{ ports, startupProbe, livenessProbe, readinessProbe }] = spec.containers;
        expect(ports).toContainEqual({ name: 'http', containerPort: 9464 });
        const probes = [startupProbe, livenessProbe, readinessProbe].map(
          ({ httpGet }) => `${httpGet.path} ${httpGet.port}`,
        );
        expect(probes).toEqual(['/livez http', '/livez http', '/readyz http']);
      }
      expect(parse(config).http).toEqual({ host: '0.0.0.0', port: 9464 });
    });

    it('runs nobody as root, with nothing to write to but one directory, and no token of the cluster', () => {
      for (const { spec } of pods()) {
        expect(spec.securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
        expect(spec.containers[0].securityContext).toEqual({
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ['ALL'] },
        });
      }
    });

    it('mounts each volume that it has, and names only ConfigMaps and service accounts that it makes', () => {
      const made = all.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
      for (const { spec } of pods()) {
        const mounted = spec.containers[0].volumeMounts.map(({ name }) => name);
        expect(mounted).toEqual(spec.volumes.map(({ name }) => name));
        for (const { configMap } of spec.volumes) if (configMap) expect(made).toContain(`ConfigMap ${configMap.name}`);
        expect(made).toContain(`ServiceAccount ${spec.serviceAccountName}`);
      }
    });

    it('gives bots the tokens of Slack and workers the keys of their site, and both just what they ask for', () => {
      const named = pods().map(({ spec }) => spec.containers[0].env.map(({ name }) => name).sort());
      expect(named).toEqual([
        ['ALERTS_TOKEN', 'REDIS_URL', 'SLACK_APP_TOKEN', 'SLACK_BOT_TOKEN'],
        ['REDIS_URL'],
        ['REDIS_URL', 'S3_ACCESS_KEY_ID', 'S3_SECRET_ACCESS_KEY'],
      ]);
      for (const [role, names = []] of [
        ['bot', named[0]],
        ['worker', named[2]],
      ] as const) {
        const values = Object.fromEntries(
          names.map((name) => [name, name === 'REDIS_URL' ? 'redis://redis:6379' : name]),
        );
        const environment = { SALVOR_CONFIG: 'salvor.yaml', ...values };
        const loaded = loadConfig({ role, site: 'main', environment, readText: () => config });
        expect(loaded.settings.http.host).toBe('0.0.0.0');
      }
    });

    it('lets workers of a site that names nothing reach Redis alone', () => {
      const policies = all.filter(({ kind }) => kind === 'NetworkPolicy').map(({ metadata }) => metadata.name);
      expect(policies).toEqual(['ops-salvor', 'ops-salvor-bot', 'ops-salvor-worker-main']);
    });

    it('waits for a step of a restore, as docker compose does', () => {
      const grace = pods().map(({ spec }) => spec.terminationGracePeriodSeconds);
      expect(grace).toEqual([60, 1800, 1800]);
    });

    it('says what is missing', async () => {
      await expect(renderChart({ sites: { main: {} } })).rejects.toThrow('config: give salvor.yaml under it');
    });

    it('takes a ConfigMap that is there, and the rules of deploy/prometheus', async () => {
      const rendered = await renderChart({ ...example, existingConfigMap: 'mine' });
      const kinds = objectsIn(rendered).map((one) => Named.parse(one).kind);
      expect(kinds).not.toContain('ConfigMap');
      expect(rendered['bot.yaml']).toContain('configMap: {name: mine}');
      const rule = objectsIn(rendered).find((one) => Named.parse(one).kind === 'PrometheusRule');
      expect(rule).toMatchObject({
        kind: 'PrometheusRule',
        spec: parse(readFileSync(resolve(chart, '../../prometheus/salvor.rules.yaml'), 'utf8')),
      });
    });

    it('has nothing in it that Kubernetes does not know, of that kind and there', () => {
      expect(all.flatMap(strangeIn)).toEqual([]);
      const [first] = deployments;
      const mistyped = {
        apiVersion: 'apps/v1',
        kind: 'Deployment',
        spec: { ...first?.spec, replica: 2, paused: 'yes' },
      };
      expect(strangeIn(mistyped)).toEqual(['Deployment.spec.replica', 'Deployment.spec.paused']);
    });

    it('hands salvor.yaml over as it is, but for where health is told', async () => {
      const given = parse(documented());
      const rendered = objectsIn(await renderChart({ ...example, config: given }));
      const map = rendered.find((one) => Named.parse(one).kind === 'ConfigMap');
      const text = z.object({ data: z.object({ 'salvor.yaml': z.string() }) }).parse(map).data['salvor.yaml'];
      expect(parse(text)).toEqual({ ...given, http: { host: '0.0.0.0', port: 9464 } });
    });

    it('lets nodes be drained while no pod is ready, where Kubernetes can', async () => {
      const values = { ...example, existingConfigMap: 'mine' };
      const policies = async (kubernetes?: string) =>
        objectsIn(await renderChart(values, kubernetes))
          .map((one) => Named.parse(one))
          .filter(({ kind }) => kind === 'PodDisruptionBudget')
          .map(({ spec }) => z.looseObject({}).parse(spec).unhealthyPodEvictionPolicy);
      expect(await policies()).toEqual(['AlwaysAllow', 'AlwaysAllow']);
      expect(await policies('1.26.0')).toEqual([undefined, undefined]);
    });

    it('keeps Salvor’s label job, by which the rules ask', () => {
      expect(all.find(({ kind }) => kind === 'ServiceMonitor')).toMatchObject({
        spec: { endpoints: [{ port: 'http', path: '/metrics', honorLabels: true }] },
      });
    });

    it('lets all pods reach what is named for all', async () => {
      const collector = { to: [{ ipBlock: { cidr: '10.0.7.1/32' } }], ports: [{ port: 4318 }] };
      const rendered = await renderChart({
        ...example,
        existingConfigMap: 'mine',
        networkPolicy: { egress: [collector] },
      });
      const [policy] = objectsIn({ 'networkpolicy.yaml': rendered['networkpolicy.yaml'] ?? '' });
      const { spec } = z.object({ spec: z.object({ egress: z.array(z.unknown()) }) }).parse(policy);
      expect(spec.egress.at(-1)).toEqual(collector);
    });
  });

describe.skipIf(!hasHelm())('helm lint', () => {
  it('finds nothing wrong with the chart and its example', async () => {
    expect(await lintChart({ ...example, config: parse(settings) })).toContain('1 chart(s) linted, 0 chart(s) failed');
  });
});
