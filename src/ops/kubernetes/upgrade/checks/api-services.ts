import { seen } from '../../../findings/finding.ts';
import type { Check } from '../finding.ts';

const name = 'api-services';

/** Aggregated APIs that do not answer. The upgrade goes through with them, and what depends on them looks broken by it. */
export const apiServices: Check = {
  name,
  when: 'once',
  check: ({ apiServices: piece }) =>
    seen(name, piece, (all) =>
      all
        .filter(({ isAvailable }) => !isAvailable)
        .map(({ name: subject, service, message }) => ({
          ...{ check: name, severity: 'warning', subject },
          evidence: `It is unavailable: ${message}. Namespaces cannot be deleted meanwhile, and discovery is incomplete.`,
          next: service
            ? `Bring ${service} back, or delete the APIService.`
            : 'Look at the API server that should serve it.',
          source: [
            'kubernetes/website content/en/docs/concepts/extend-kubernetes/api-extension/apiserver-aggregation.md',
          ],
        })),
    ),
};
