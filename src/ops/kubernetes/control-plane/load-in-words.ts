import { Fault } from '../../../chatops/errors.ts';
import { counted, numberInWords } from '../../../chatops/format.ts';
import type { Fact } from '../../../chatops/report.ts';
import type { ServerLoad } from '../../../ports/kubernetes.ts';
import type { Finding } from './finding.ts';

/** What an API server carries, or why nobody knows. */
export interface SeenLoad {
  readonly host: string;
  readonly load: ServerLoad | Fault | 'no address' | 'silent';
}

/** Which carries what, those apart that nobody could ask. */
export function loadFacts(loads: readonly SeenLoad[]): readonly Fact[] {
  if (loads.length === 0) return [];
  const [{ key, floors }] = measures;
  const shares: ReadonlyMap<string, number> = isEnough(loads, floors) ? sharesOf(loads, key) : new Map();
  const each = loads.map(({ host, load }) => `${host}: ${inWords(load, shares.get(host))}`);
  return [{ label: 'Load', value: each.join('; ') }];
}

function inWords(load: SeenLoad['load'], share: number | undefined): string {
  if (load === 'no address') return 'not known, it tells no address';
  if (load === 'silent') return 'not known, it could not be asked';
  if (load instanceof Fault) return `not known: ${load.message}`;
  const part = share === undefined ? '' : ` (${Math.round(share * 100)} %)`;
  const requests = counted(Math.round(load.requestsPerSecond), 'request');
  return `${requests}/s${part}, ${numberInWords(Math.round(load.inFlight))} in flight`;
}

/**
 * In which the load is uneven, and how much there must be of it: of a handful no share means anything. Of 200 requests that come in bursts of ten a
 * third is one to within 10 % of all, so that twice of it is no chance.
 */
const measures = [
  { key: 'requestsPerSecond', floors: { requestsPerSecond: 20, requestsCounted: 200 } },
  { key: 'inFlight', floors: { inFlight: 20 } },
] as const satisfies readonly {
  readonly key: keyof ServerLoad;
  readonly floors: Partial<ServerLoad>;
}[];

const isEnough = (loads: readonly SeenLoad[], floors: Partial<ServerLoad>): boolean =>
  loadKeys.every((key) => sumOf(loads, key) >= (floors[key] ?? 0));

const loadKeys = ['requestsPerSecond', 'requestsCounted', 'inFlight'] as const satisfies readonly (keyof ServerLoad)[];

/** The share of each that told, where there are two at least. */
function sharesOf(loads: readonly SeenLoad[], key: keyof ServerLoad): ReadonlyMap<string, number> {
  const told = toldIn(loads);
  const sum = sumOf(loads, key);
  return new Map(told.length < 2 || sum === 0 ? [] : told.map(({ host, load }) => [host, load[key] / sum]));
}

/** Of two API servers twice a share would be all there is. */
const limitOf = (servers: number): number => (servers === 2 ? 0.9 : 2 / servers);

function tooMuch(host: string, key: (typeof measures)[number]['key'], servers: number): string {
  if (key === 'inFlight')
    return servers === 2
      ? `the API server on ${host} carries nearly all of the requests in flight`
      : `the API server on ${host} carries more than twice its share of the requests in flight`;
  return servers === 2
    ? `the API server on ${host} carries nearly all of the requests`
    : `the API server on ${host} carries more than twice its share of the requests`;
}

export function loadFindings(loads: readonly SeenLoad[]): readonly Finding[] {
  const uneven = measures
    .filter(({ floors }) => isEnough(loads, floors))
    .flatMap(({ key }) => {
      const shares = [...sharesOf(loads, key)];
      return shares
        .filter(([, share]) => share > limitOf(shares.length))
        .map(([host]) => tooMuch(host, key, shares.length));
    });
  return uneven.slice(0, 1).map((what) => ({
    what,
    isBad: false,
    next: 'Balance them: clients keep connections, so a balancer alone does not; --goaway-chance makes them connect anew.',
  }));
}

function toldIn(loads: readonly SeenLoad[]) {
  return loads.flatMap(({ host, load }) => (typeof load === 'string' || load instanceof Fault ? [] : [{ host, load }]));
}

const sumOf = (loads: readonly SeenLoad[], key: keyof ServerLoad): number =>
  toldIn(loads).reduce((sum, { load }) => sum + load[key], 0);
