import { z } from 'zod';
import type { Webhook } from '../observed.ts';
import { ClientConfig, type createBackends } from './backends.ts';
import { every, type Looking } from './read.ts';

const strings = z.array(z.string()).nullish();
const Selector = z.object({
  matchLabels: z.record(z.string(), z.string()).nullish(),
  matchExpressions: z.array(z.object({ key: z.string(), operator: z.string(), values: strings })).nullish(),
});
const Configuration = z.object({
  metadata: z.object({ name: z.string() }),
  webhooks: z
    .array(
      z.object({
        name: z.string(),
        clientConfig: ClientConfig,
        failurePolicy: z.enum(['Fail', 'Ignore']).default('Fail'),
        matchPolicy: z.string().default('Equivalent'),
        timeoutSeconds: z.int().default(10),
        namespaceSelector: Selector.nullish(),
        rules: z.array(z.object({ apiGroups: strings, apiVersions: strings })).nullish(),
      }),
    )
    .nullish(),
});
type Selector = z.infer<typeof Selector>;

const kinds = { validating: 'validatingwebhookconfigurations', mutating: 'mutatingwebhookconfigurations' } as const;

/** Every webhook of both kinds, with what stands behind it. */
export async function readWebhooks(
  looking: Looking,
  backend: ReturnType<typeof createBackends>,
): Promise<readonly Webhook[]> {
  const found: Webhook[] = [];
  for (const [kind, resource] of Object.entries(kinds)) {
    const all = await every(looking, { path: `/apis/admissionregistration.k8s.io/v1/${resource}` }, Configuration);
    for (const { metadata, webhooks } of all) {
      for (const one of webhooks ?? []) {
        found.push({
          ...(await backend(one.clientConfig)),
          name: `${one.name} of ${kind} configuration ${metadata.name}`,
          failurePolicy: one.failurePolicy,
          timeoutSeconds: one.timeoutSeconds,
          matchesKubeSystem: matchesKubeSystem(one.namespaceSelector ?? {}),
          matchesExactly:
            one.matchPolicy === 'Exact' && !(one.rules ?? []).some(({ apiVersions }) => apiVersions?.includes('*')),
          apiVersions: versionsOf(one.rules ?? []),
        });
      }
    }
  }
  return found;
}

/** kube-system bears its own name as a label, and no other by itself: what asks for another label is taken not to match. */
export function matchesKubeSystem({ matchLabels, matchExpressions }: Selector): boolean {
  const own: Readonly<Record<string, string>> = { 'kubernetes.io/metadata.name': 'kube-system' };
  const labels = Object.entries(matchLabels ?? {}).every(([key, value]) => own[key] === value);
  return (
    labels && (matchExpressions ?? []).every(({ key, operator, values }) => holds(operator, own[key], values ?? []))
  );
}

function holds(operator: string, value: string | undefined, values: readonly string[]): boolean {
  if (operator === 'Exists') return value !== undefined;
  if (operator === 'DoesNotExist') return value === undefined;
  const isIn = value !== undefined && values.includes(value);
  return operator === 'NotIn' ? !isIn : isIn;
}

const versionsOf = (
  rules: readonly {
    readonly apiGroups?: readonly string[] | null | undefined;
    readonly apiVersions?: readonly string[] | null | undefined;
  }[],
) => [
  ...new Set(
    rules.flatMap(({ apiGroups, apiVersions }) =>
      (apiGroups ?? []).flatMap((group) =>
        (apiVersions ?? []).map((version) => (group === '' ? version : `${group}/${version}`)),
      ),
    ),
  ),
];
