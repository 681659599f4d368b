import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { headsOfDocuments } from '../../../../../src/ops/kubernetes/upgrade/observe/heads-of-documents.ts';
import { readHelmReleases } from '../../../../../src/ops/kubernetes/upgrade/observe/helm-releases.ts';
import { kindsInYaml } from '../../../../../src/ops/kubernetes/upgrade/observe/kinds-in-yaml.ts';
import { manifestFile } from '../../../../../src/ops/kubernetes/upgrade/observe/manifest-file.ts';
import { leastBusyMs } from '../../../../contract/longest-busy.ts';
import { createFakeKubernetes } from '../../../../fakes/kubernetes.ts';
import { known, now } from '../observed.ts';

/** Of this thread's processor, in one go. */
const mostMs = 250;

const kubernetes = () => createFakeKubernetes({ now: () => now });
const looking = (fake: ReturnType<typeof kubernetes>) => ({ kubernetes: fake, cluster: 'prod-1', options: {} });

describe('kinds in YAML', () => {
  it('are those of every document and every list', () => {
    const text = `
apiVersion: v1
kind: List
items:
  - {apiVersion: batch/v1beta1, kind: CronJob, metadata: {name: a, namespace: shop}}
---
# nothing
---
apiVersion: policy/v1beta1
kind: PodDisruptionBudget
metadata: {name: b}
---
values: {x: 1}
`;
    expect(kindsInYaml(text)).toEqual([
      { apiVersion: 'batch/v1beta1', kind: 'CronJob', name: 'shop/a' },
      { apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'b' },
    ]);
    expect(kindsInYaml('')).toEqual([]);
  });

  it('are told of what has a key twice too: keys are not compared, which takes minutes where there are many', () => {
    expect(kindsInYaml('apiVersion: v1\nkind: ConfigMap\ndata: {a: x, a: y}')).toEqual([
      { apiVersion: 'v1', kind: 'ConfigMap', name: '(no name)' },
    ]);
  });

  it('are refused where it is none, or grows without bounds', () => {
    expect(() => kindsInYaml('a: [')).toThrow(SyntaxError);
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((at, nth) => `${at}: &${at} [${Array(9).fill(`*${'abcdefg'[nth]}`).join(',')}]`),
    ].join('\n');
    expect(() => kindsInYaml(bomb)).toThrow('alias');
  });
});

describe('the heads of documents', () => {
  it('leave out what does not tell what an object is', () => {
    const text = `# a chart
---
# Source: web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
spec:
  template:
    kind: Pod
---
data: {a: b}
"kind": ConfigMap
apiVersion: v1
metadata: {name: settings}
`;
    expect(headsOfDocuments(text)).toBe(`# a chart
---
# Source: web/templates/web.yaml
apiVersion: apps/v1
kind: Deployment
metadata:
  name: web
---
"kind": ConfigMap
apiVersion: v1
metadata: {name: settings}

`);
  });

  it.each([
    [
      'lists at the margin',
      'kind: List\napiVersion: v1\nitems:\n- kind: Job\n  apiVersion: batch/v1\n-\n  kind: Job\n',
    ],
    [
      'a text with documents in it',
      'kind: A\ndata:\n  x: |\n    ---\n    kind: B\n\n    apiVersion: v9\napiVersion: v1\n',
    ],
    ['lines that end as on Windows', '---\r\nkind: A\r\nspec:\r\n  kind: B\r\napiVersion: v1\r\n---\r\nkind: C\r\n'],
    ['anchors', 'kind: A\nspec: {v: &v v1}\napiVersion: *v\n'],
    ['JSON', '{"spec": {},\n"kind": "A",\n"apiVersion": "v1"}\n'],
    ['a document on the line that begins it', '--- {kind: A, apiVersion: v1}\n--- # next\nkind: B\napiVersion: v1\n'],
    ['the end of a document', 'kind: A\napiVersion: v1\n...\n---\nkind: B\nspec: 1\napiVersion: v1\n'],
    ['nothing', ''],
  ])('hold the same kinds: %s', (_, text) => {
    expect(kindsInYaml(headsOfDocuments(text))).toEqual(kindsInYaml(text));
  });

  it('of what is no YAML are refused all the same', () => {
    expect(() => kindsInYaml(headsOfDocuments('a: b: c\n'))).toThrow(SyntaxError);
    expect(() => kindsInYaml(headsOfDocuments('kind: A\n{{ end }}\n'))).toThrow(SyntaxError);
  });
});

describe('a file that somebody gave', () => {
  it.each([
    [
      'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n',
      { known: [{ apiVersion: 'batch/v1beta1', kind: 'CronJob', name: 'a' }] },
    ],
    [
      '{"apiVersion":"batch/v1","kind":"Job","metadata":{"name":"b"}}',
      { known: [{ apiVersion: 'batch/v1', kind: 'Job', name: 'b' }] },
    ],
    ['{{- if .Values.enabled }}\nkind: {{ .Values.kind }}\n', { gap: { what: 'what is in site.yaml' } }],
    ['x'.repeat(9 * 1024 * 1024), { gap: { what: 'what is in site.yaml' } }],
    // A quarter of a MiB, each character a mistake: minutes, where each of them is shown in its line.
    ['"'.repeat(256 * 1024), { gap: { what: 'what is in site.yaml' } }],
  ])('%.40s', (text, kinds) => {
    expect(manifestFile('site.yaml', text)).toMatchObject({ name: 'site.yaml', kinds });
  });
});

it('a file that somebody gave, and is no YAML, tells from which line on', () => {
  const text = 'apiVersion: v1\nkind: A\nspec:\n  replicas: 3\n---\nkind: B\nmetadata: name: b\n';
  expect(manifestFile('site.yaml', text).kinds).toMatchObject({
    gap: { needs: expect.stringMatching(/^It is no YAML from line 7 on: /) },
  });
  expect(manifestFile('site.yaml', 'kind: A\nspec: 1\n{{ end }}\n').kinds).toMatchObject({
    gap: { needs: expect.stringMatching(/^It is no YAML from line 3 on: /) },
  });
});

it('a file that somebody gave may not tell more than is written in it', () => {
  const list = (items: string) => `{kind: List, apiVersion: v1, items: [${items}]}`;
  const few = list('{kind: A, apiVersion: v1},'.repeat(100));
  expect(manifestFile('site.yaml', few).kinds).toHaveProperty('known.length', 100);
  expect(manifestFile('site.yaml', list(`&few ${few}, ${'*few,'.repeat(50)}`)).kinds).toEqual({
    gap: { what: 'what is in site.yaml', needs: 'Its aliases make much of little: give it written out.' },
  });
});

const secret = (payload: string, labels: object = { name: 'web', version: '7', status: 'deployed' }) => ({
  metadata: { name: 'sh.helm.release.v1.web.v7', namespace: 'shop', labels },
  data: { release: payload },
});
const packed = (release: string | Buffer) => Buffer.from(gzipSync(release).toString('base64')).toString('base64');

describe('Helm releases', () => {
  it('are decoded to their kinds alone', async () => {
    const fake = kubernetes();
    const manifest = 'apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: web}\n';
    fake.has('/api/v1/secrets', () => [secret(packed(JSON.stringify({ manifest, config: { password: 'hidden' } })))]);
    const releases = await readHelmReleases(looking(fake));
    expect(releases).toEqual([
      {
        name: 'shop/web',
        revision: 7,
        status: 'deployed',
        kinds: known([{ apiVersion: 'policy/v1beta1', kind: 'PodDisruptionBudget', name: 'web' }]),
      },
    ]);
  });

  it.each([
    ['what is not packed', Buffer.from('password').toString('base64')],
    ['what is packed once', gzipSync('{}').toString('base64')],
    ['what is no JSON', packed('password: hidden')],
    ['what inflates to too much', packed(Buffer.alloc(40 * 1024 * 1024, 'a'))],
    ['what has no manifest', packed('{"config":{"password":"hidden"}}')],
    ['what would be read for a minute', packed(JSON.stringify({ manifest: `[${'hidden,'.repeat(2 ** 20)}]` }))],
  ])('are a gap, which quotes nothing, of %s', async (_, payload) => {
    const fake = kubernetes();
    fake.has('/api/v1/secrets', () => [secret(payload)]);
    const [release] = await readHelmReleases(looking(fake));
    expect(release?.kinds).toMatchObject({ gap: { what: 'the manifest of Helm release shop/web' } });
    expect(JSON.stringify(release)).not.toMatch(/password|hidden/);
  });

  it('hold nobody who does not wait for them', async () => {
    const fake = kubernetes();
    // Little enough to be read, and about a second of a parser.
    const manifest = `apiVersion: v1\nkind: A\nmetadata: [${','.repeat(64 * 1024)}]`;
    fake.has('/api/v1/secrets', () => [secret(packed(JSON.stringify({ manifest })))]);
    const busyMs = await leastBusyMs(mostMs, () => readHelmReleases(looking(fake)));
    expect(busyMs).toBeLessThan(mostMs);
  });

  it('are told beside a secret that is called one and holds none', async () => {
    const fake = kubernetes();
    const whole = secret(packed(JSON.stringify({ manifest: 'apiVersion: v1\nkind: Service\n' })));
    fake.has('/api/v1/secrets', () => [{ ...whole, data: null }, { ...whole, data: { other: '' } }, whole]);
    const releases = await readHelmReleases(looking(fake));
    expect(releases.map(({ kinds }) => ('gap' in kinds ? 'gap' : kinds.known.map(({ kind }) => kind)))).toEqual([
      'gap',
      'gap',
      ['Service'],
    ]);
  });
});
