import { minorInWords, releaseOf } from '../release.ts';
import { type ApiRemoval, apiRemovals } from './facts/api-removals.ts';
import type { Hop } from './hops.ts';

/** What becomes of an API in a hop: it is removed on the way, or was before, which only the first hop tells. */
export type Fate = 'goes' | 'gone';

export function fateOf({ removedIn }: Pick<ApiRemoval, 'removedIn'>, hop: Hop): Fate | undefined {
  if (removedIn === undefined || removedIn > hop.to) return undefined;
  if (removedIn > hop.from) return 'goes';
  return hop.isFirst ? 'gone' : undefined;
}

/** What etcd may hold and no API server reads any more after a way from one minor to another. */
export const unreadableBetween = (from: number, to: number): readonly ApiRemoval[] =>
  apiRemovals().rows.filter(({ unreadableIn = Infinity }) => unreadableIn > from && unreadableIn <= to);

/** What the table says of a kind; also of a list of them, as `kubectl get -o yaml` writes it. */
export function removalOf(apiVersion: string, kind: string): ApiRemoval | undefined {
  const rows = apiRemovals().rows.filter((row) => row.apiVersion === apiVersion);
  return rows.find((row) => row.kind === kind) ?? rows.find((row) => `${row.kind}List` === kind);
}

/** What the table says of a resource as the metric of deprecated calls names it. */
export function removalOfResource(call: {
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly subresource: string;
}): ApiRemoval | undefined {
  const apiVersion = call.group === '' ? call.version : `${call.group}/${call.version}`;
  const rows = apiRemovals().rows.filter((row) => row.apiVersion === apiVersion);
  if (call.subresource !== '') {
    const found = rows.find(({ kind }) => kind.toLowerCase() === call.subresource);
    if (found) return found;
  }
  // Reviews have no plural in the table: 'tokenreviews' is TokenReview.
  return rows.find(({ resource, kind }) => (resource ?? `${kind.toLowerCase()}s`) === call.resource);
}

/** The first minor without a resource that was called. Kubernetes has removed some earlier than the API server before it announced. */
export const removedInOf = (
  call: Parameters<typeof removalOfResource>[0] & { readonly removedRelease?: string | undefined },
) => removalOfResource(call)?.removedIn ?? releaseOf(call.removedRelease ?? '')?.minor;

/** 'networking.k8s.io/v1beta1 Ingress is removed in 1.22'. */
export function removalInWords(row: ApiRemoval): string {
  const when =
    row.certainty === 'candidate'
      ? `${minorInWords(row.removedIn ?? 0)} (a release candidate)`
      : minorInWords(row.removedIn ?? 0);
  return `${row.apiVersion} ${row.kind} is removed in ${when}`;
}

/** What to use in its place, and what changes with it. */
export function insteadOf({ replacement, notes = [], mustBeDeletedFirst }: ApiRemoval): string {
  const use = replacement
    ? `Use ${replacement.apiVersion} ${replacement.kind}, served since ${minorInWords(replacement.availableIn)}`
    : 'Nothing takes its place';
  const first = mustBeDeletedFirst ? 'Delete the objects before the upgrade. ' : '';
  return `${first}${[use, ...notes].join('; ')}.`;
}
