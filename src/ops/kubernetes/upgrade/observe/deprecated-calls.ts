import { minorInWords } from '../../release.ts';
import { apiRemovals } from '../facts/api-removals.ts';
import type { CallsOfServer, DeprecatedCall } from '../observed.ts';
import { piece, unreadable } from './read.ts';

/**
 * Deprecated APIs that were called, from what one API server says at /metrics, with the requests that it counts of each. The metric of requests
 * has a line for each verb and code: they are added up.
 */
export function deprecatedCalls(metrics: string): readonly DeprecatedCall[] {
  const { name } = apiRemovals().usageMetric;
  const requests = new Map<string, number>();
  const calls: Omit<DeprecatedCall, 'requests'>[] = [];
  // Two MB of text: one line after the other, never all of them at once.
  for (const [, metric, labels = '', value] of metrics.matchAll(/^(\w+)\{([^\n]*)\} (\S+)$/gm)) {
    if (metric !== name && metric !== 'apiserver_request_total') continue;
    const found = labelsIn(labels);
    const { group = '', version = '', resource = '', subresource = '' } = found;
    if (metric === name && Number(value) > 0) {
      calls.push({
        group,
        version,
        resource,
        subresource,
        removedRelease: found.removed_release || undefined,
        by: undefined,
      });
    } else if (metric !== name) {
      const key = keyOf({ group, version, resource, subresource });
      requests.set(key, (requests.get(key) ?? 0) + Number(value));
    }
  }
  return calls.map((call) => ({ ...call, requests: requests.get(keyOf(call)) }));
}

/** What one API server counted, or why it could not be asked: each must be, at its own address. */
export async function readCalls(server: string, metrics: () => Promise<string>): Promise<CallsOfServer> {
  const read = await piece(`the metrics of the API server on ${server}`, async () => {
    const text = telling(await metrics());
    return { calls: deprecatedCalls(text), since: startedAt(text) };
  });
  if ('gap' in read) return { server, calls: read };
  const { calls, since } = read.known;
  return { server, calls: { known: calls }, ...(since ? { since } : {}) };
}

/** Seconds since 1970, as '1.7962e+09'. */
function startedAt(metrics: string): Date | undefined {
  const seconds = Number(/^process_start_time_seconds ([\d.e+]+)$/m.exec(metrics)?.[1]);
  return Number.isFinite(seconds) ? new Date(seconds * 1000) : undefined;
}

/** The first minor whose API servers count deprecated calls. Source: KEP-1693. */
const countedSinceMinor = 19;

/** Where nothing deprecated was called there is no line of it: so it must be seen that it would be there. */
function telling(metrics: string): string {
  if (!/^apiserver_request_total\{/m.test(metrics))
    throw unreadable('What answers at /metrics tells no metrics of an API server: a proxy may stand in front of it.');
  const minor = Number(/^kubernetes_build_info\{[^\n]*\bminor="(\d+)/m.exec(metrics)?.[1] ?? countedSinceMinor);
  if (minor < countedSinceMinor)
    throw unreadable(
      `Before ${minorInWords(countedSinceMinor)} API servers count no deprecated calls: look into the audit log.`,
    );
  return metrics;
}

/** Names what was called, to put together what is told of it in two places. */
export const keyOf = ({
  group,
  version,
  resource,
  subresource,
}: Pick<DeprecatedCall, 'group' | 'version' | 'resource' | 'subresource'>) =>
  `${group}/${version}/${resource}/${subresource}`;

const labelsIn = (text: string): Readonly<Record<string, string>> =>
  Object.fromEntries(
    [...text.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, name = '', value = '']) => [name, value]),
  );
