import type { Piece } from '../../../findings/piece.ts';
import type { Hop } from '../hops.ts';
import type { Caller, CallsOfServer, DeprecatedCall } from '../observed.ts';
import { fateOf, removedInOf } from '../removals.ts';
import { type Callers, readAuditLog } from './audit-log.ts';
import { keyOf } from './deprecated-calls.ts';
import { type Looking, piece } from './read.ts';
import type { SystemPod } from './system-pods.ts';

const what = 'who called';

/**
 * The calls, each of an API that goes on the way with those who called it: a log is tens of MB, so it is read only for them, and once. Of an API
 * server that no pod is named after, such as whichever a load balancer leads to, it may be the log of any.
 */
export async function nameCallers(
  looking: Looking,
  pods: Piece<readonly SystemPod[]>,
  calls: Piece<readonly CallsOfServer[]>,
  way: readonly Hop[],
): Promise<Piece<readonly CallsOfServer[]>> {
  if ('gap' in calls) return calls;
  const goes = (call: DeprecatedCall) => way.some((hop) => fateOf({ removedIn: removedInOf(call) }, hop) === 'goes');
  const logs = new Map<string, Piece<Callers>>();
  const named: CallsOfServer[] = [];
  for (const one of calls.known) {
    if ('gap' in one.calls || !one.calls.known.some(goes)) {
      named.push(one);
      continue;
    }
    const found = 'gap' in pods ? [pods] : await readLogs(looking, podsOf(one.server, pods.known), logs);
    const known = one.calls.known.map((call) => (goes(call) ? { ...call, by: callersOf(call, found) } : call));
    named.push({ ...one, calls: { known } });
  }
  return { known: named };
}

function podsOf(server: string, pods: readonly SystemPod[]): readonly SystemPod[] {
  const its = pods.filter(({ node, name }) => (node ?? name) === server);
  return its.length > 0 ? its : pods;
}

async function readLogs(
  looking: Looking,
  pods: readonly SystemPod[],
  logs: Map<string, Piece<Callers>>,
): Promise<readonly Piece<Callers>[]> {
  const found: Piece<Callers>[] = [];
  for (const pod of pods) {
    const log = logs.get(pod.name) ?? (await piece(what, () => readAuditLog(looking, pod)));
    logs.set(pod.name, log);
    found.push(log);
  }
  return found;
}

/** What any of the logs says; a gap where none could be read. */
function callersOf(call: DeprecatedCall, logs: readonly Piece<Callers>[]): Piece<readonly Caller[]> {
  const read = logs.flatMap((log) => ('known' in log ? [log.known] : []));
  if (read.length > 0) return { known: read.flatMap((callers) => callers.get(keyOf(call)) ?? []) };
  for (const log of logs) if ('gap' in log) return log;
  return {
    gap: { what, needs: 'The API servers are no pods of kube-system: look for --audit-log-path where they run.' },
  };
}
