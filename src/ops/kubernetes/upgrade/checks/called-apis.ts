import { counted, listInWords } from '../../../../chatops/format.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import { apiRemovals } from '../facts/api-removals.ts';
import { type Check, type Finding, seen, unseen } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { CallsOfServer, DeprecatedCall } from '../observed.ts';
import { fateOf, insteadOf, removalInWords, removalOfResource } from '../removals.ts';

const name = 'called-apis';

/** APIs that are removed by then and still called. Each API server counts for itself, since it started, so all of them must be asked. */
export const calledApis: Check = {
  name,
  when: 'each hop',
  check: ({ deprecatedCalls }, hop) =>
    seen(name, deprecatedCalls, (servers) => [...gaps(servers), ...calls(servers, hop)]),
};

const gaps = (servers: readonly CallsOfServer[]) =>
  servers.flatMap(({ calls: piece }) => ('gap' in piece ? [unseen(name, piece.gap)] : []));

interface Called {
  readonly server: string;
  readonly call: DeprecatedCall;
}

function calls(servers: readonly CallsOfServer[], hop: Hop): readonly Finding[] {
  const all = servers.flatMap(({ server, calls: piece }): Called[] =>
    'gap' in piece ? [] : piece.known.map((call) => ({ server, call })),
  );
  const byApi = Map.groupBy(all, ({ call }) => apiOf(call));
  return [...byApi].flatMap(([api, its]) => judge(api, its, hop));
}

function apiOf({ group, version, resource, subresource }: DeprecatedCall): string {
  const of = group === '' ? version : `${group}/${version}`;
  return `${of} ${resource}${subresource === '' ? '' : `/${subresource}`}`;
}

function judge(api: string, its: readonly Called[], hop: Hop): readonly Finding[] {
  const [first] = its;
  if (!first) return [];
  const row = removalOfResource(first.call);
  const told = releaseOf(first.call.removedRelease ?? '')?.minor;
  // Kubernetes has removed some earlier than the API server before it announced.
  const removedIn = row?.removedIn ?? told;
  if (fateOf({ removedIn }, hop) !== 'goes' || removedIn === undefined) return [];
  const otherwise =
    told !== undefined && told !== removedIn ? ` The API server itself still says ${minorInWords(told)}.` : '';
  const isOwn = its.every(({ call }) => call.by?.length && call.by.every((who) => who === 'system:apiserver'));
  return [
    {
      check: name,
      severity: isOwn ? 'note' : 'blocker',
      subject: api,
      evidence: `${row ? removalInWords(row) : `${api} is removed in ${minorInWords(removedIn)}`}, and ${calledBy(its)}.${otherwise}`,
      next: isOwn
        ? 'Nothing: the API server calls it itself, and its next version does not.'
        : `${row ? `${insteadOf(row)} ` : ''}${findCaller(its)}`,
      source: row?.source ?? apiRemovals().usageMetric.source,
    },
  ];
}

function calledBy(its: readonly Called[]): string {
  const requests = its.reduce((sum, { call }) => sum + (call.requests ?? 0), 0);
  const servers = listInWords(its.map(({ server }) => server).toSorted());
  const who = callers(its);
  const times = requests > 0 ? `called ${counted(requests, 'time')}` : 'called';
  return `was ${times} on ${servers} since it started${who.length > 0 ? ` by ${listInWords(who)}` : ''}`;
}

const callers = (its: readonly Called[]) => [...new Set(its.flatMap(({ call }) => call.by ?? []))].toSorted();

const findCaller = (its: readonly Called[]) =>
  callers(its).length > 0
    ? 'The count stays until the API server restarts.'
    : `Who called stands in the audit log, at requests with the annotation ${apiRemovals().auditAnnotations.at(-1)}; the count stays until the API server restarts.`;
