import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type SandboxKubernetes, startKubernetes } from '../../sandbox/kubernetes/kubernetes.ts';
import { obstacles } from '../../sandbox/kubernetes/obstacles.ts';
import { recorded } from '../recordings/recordings.ts';
import { ask } from './ask-api-server.ts';

let directory: string;
let kubernetes: SandboxKubernetes;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-obstacles-'));
  kubernetes = await startKubernetes({ directory });
  const { storedVersions, deadWebhook, unavailableApi, noDisruptions, release } = obstacles;
  kubernetes.load([...storedVersions(), ...deadWebhook(), ...unavailableApi(), ...noDisruptions()]);
  kubernetes.load(release('shop', 'policy/v1beta1', 'PodDisruptionBudget'));
});
afterAll(async () => {
  await kubernetes.stop();
  await rm(directory, { recursive: true, force: true });
});

/** Fields that a real one has and ours has not are beyond the sandbox; none that ours has may be unknown there. */
function fieldsOf(value: unknown, path = ''): readonly string[] {
  if (Array.isArray(value)) return value.flatMap((one) => fieldsOf(one, `${path}[]`));
  if (typeof value !== 'object' || value === null) return [path];
  return Object.entries(value).flatMap(([name, one]) => fieldsOf(one, `${path}.${name}`));
}

it.each([
  '/apis/apiextensions.k8s.io/v1/customresourcedefinitions',
  '/apis/example.com/v1beta1/namespaces/shop/widgets',
  '/apis/admissionregistration.k8s.io/v1/validatingwebhookconfigurations',
  '/apis/policy/v1/namespaces/shop/poddisruptionbudgets',
  '/apis/metrics.k8s.io/v1beta1/nodes',
  '/api/v1/secrets',
])('%s has what a real one has', async (path) => {
  const server = {
    ...{ url: kubernetes.url, ca: kubernetes.certificates.ca.certificate },
    tokens: { admin: kubernetes.token('admin'), nobody: '' },
  };
  const real = recorded('upgrade-obstacles').find(({ request }) => request.path === path);
  const answer = await ask(server, { path });
  expect(answer.status).toBe(real?.response.status);
  expect(answer.headers.warning).toBe(real?.response.headers.warning);
  if (answer.status !== 200) return;
  const known = new Set(fieldsOf(real?.response.body));
  expect(fieldsOf(answer.body).filter((field) => !known.has(field))).toEqual([]);
});
