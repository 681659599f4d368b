import { counted, durationInWords, firstFew, listInWords } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import { apiRemovals } from '../facts/api-removals.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { Caller, CallsOfServer, DeprecatedCall } from '../observed.ts';
import { fateOf, insteadOf, removalInWords, removalOfResource, removedInOf } from '../removals.ts';

const name = 'called-apis';

/** APIs that are removed by then and still called. Each API server counts for itself, since it started, so all of them must be asked. */
export const calledApis: Check = {
  name,
  when: 'each hop',
  check: ({ deprecatedCalls, at }, hop) =>
    seen(name, deprecatedCalls, (servers) => [
      ...gaps(servers),
      ...calls(servers, hop),
      ...(hop.isFirst ? young(servers, at) : []),
    ]),
};

/** What is called once a week does so in a week. */
const tellingAfterMs = 7 * 86_400_000;

/** No call counted says little of an API server that has just started. */
function young(servers: readonly CallsOfServer[], at: Date): readonly Finding[] {
  const ages = servers.flatMap(({ server, since }) => {
    const ageMs = since === undefined ? Infinity : Math.max(0, at.getTime() - since.getTime());
    return ageMs < tellingAfterMs ? [`${server} for ${durationInWords(ageMs)}`] : [];
  });
  if (ages.length === 0) return [];
  return [
    {
      ...{ check: name, severity: 'note', subject: 'counts of deprecated calls', all: ages },
      evidence: `An API server counts anew each time it starts: ${firstFew(ages)}. What calls more rarely is not in it.`,
      next: `Look again before the hop, or in the audit log for requests with the annotation ${apiRemovals().auditAnnotations.at(-1)}.`,
      source: apiRemovals().usageMetric.source,
    },
  ];
}

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
  const removedIn = removedInOf(first.call);
  if (fateOf({ removedIn }, hop) !== 'goes' || removedIn === undefined) return [];
  const told = releaseOf(first.call.removedRelease ?? '')?.minor;
  const otherwise =
    told !== undefined && told !== removedIn ? ` The API server itself still says ${minorInWords(told)}.` : '';
  const isOwn = isAllItsOwn(its);
  return [
    {
      check: name,
      severity: isOwn ? 'note' : 'blocker',
      subject: api,
      evidence: `${row ? removalInWords(row) : `${api} is removed in ${minorInWords(removedIn)}`}. ${calledBy(its)}${otherwise}`,
      next: isOwn
        ? 'Nothing: the API server calls it itself, and its next version does not.'
        : `${row ? `${insteadOf(row)} ` : ''}${findCaller(its)}`,
      source: row?.source ?? apiRemovals().usageMetric.source,
    },
  ];
}

function calledBy(its: readonly Called[]): string {
  const requests = total(its.map(({ call }) => call));
  const servers = listInWords(its.map(({ server }) => server).toSorted());
  const who = callersOf(its).map(inWords);
  const by = who.length > 0 ? `: by ${firstFew(who)}, says the audit log` : '';
  return requests > 0
    ? `It was called ${counted(requests, 'time')} on ${servers} since it started${by}.`
    : `It was called on ${servers} since it started${by}.`;
}

const total = (some: readonly { readonly requests: number | undefined }[]): number =>
  some.reduce((sum, { requests = 0 }) => sum + requests, 0);

const callersIn = ({ by }: DeprecatedCall): readonly Caller[] => (by && 'known' in by ? by.known : []);

/** Over all API servers, who calls most first. */
function callersOf(its: readonly Called[]): readonly Caller[] {
  const all = Map.groupBy(
    its.flatMap(({ call }) => callersIn(call)),
    ({ user, agent }) => `${user} ${agent}`,
  );
  return [...all.values()]
    .flatMap(([first, ...others]) => (first ? [{ ...first, requests: total([first, ...others]) }] : []))
    .toSorted((a, b) => b.requests - a.requests || a.user.localeCompare(b.user));
}

const inWords = ({ user, agent, requests }: Caller): string =>
  `${user}${agent === '' ? '' : ` (${agent})`}, ${counted(requests, 'time')}`;

/** Only where the log names as many requests of its own as were counted: what it does not name may have been anybody's. */
const isAllItsOwn = (its: readonly Called[]): boolean =>
  its.every(({ call }) => {
    const who = callersIn(call);
    return (
      who.length > 0 &&
      who.every(({ user }) => user === 'system:apiserver') &&
      total(who) >= (call.requests ?? Infinity)
    );
  });

function findCaller(its: readonly Called[]): string {
  const stays = 'The count stays until the API server restarts.';
  if (callersOf(its).length > 0)
    return `There may be others: a log is cut, and a policy may pass over requests. ${stays}`;
  const annotation = `requests with the annotation ${apiRemovals().auditAnnotations.at(-1)}`;
  if (its.some(({ call: { by } }) => by && 'known' in by)) {
    return `The end of the audit log names nobody: look further back for ${annotation}, and whether its policy passes over them. ${stays}`;
  }
  const gap = its.flatMap(({ call: { by } }) => (by && 'gap' in by ? [by.gap] : []))[0];
  return `Who called stands in the audit log, at ${annotation}. ${gap ? `${gap.needs} ` : ''}${stays}`;
}
