import { type Position, readToken, writeToken } from './continue-token.ts';
import { collectionOf, type Kind } from './kinds.ts';
import type { Selector } from './selectors.ts';
import { badRequest, expiredContinue, expiredExact, invalid, tooLarge } from './status-error.ts';
import { place, type Store, type Stored, type View } from './store.ts';

export interface Place {
  readonly kind: Kind;
  /** Undefined for all namespaces, and where there are none. */
  readonly namespace: string | undefined;
}

/** A list, or a page of one. */
export interface Page {
  readonly revision: number;
  readonly items: readonly Stored[];
  readonly continue?: string;
  /** Not said when a selector was given, because then nobody has counted. */
  readonly remaining?: number;
}

interface Start extends Position {
  readonly limit: number;
  readonly view: View;
}

/** What a list answers to these parameters. Throws the StatusError that an API server answers. */
export function readPage(store: Store, where: Place, query: URLSearchParams, selector: Selector | undefined): Page {
  const { revision, limit, view, after } = startOf(store, where.kind, query);
  const prefix = where.namespace === undefined ? '' : `${where.namespace}/`;
  const { keys } = view;
  const end = prefix === '' ? keys.length : place(keys, `${where.namespace}0`);
  let next = after === '' ? place(keys, prefix) : place(keys, `${prefix}${after}\0`);
  const items: Stored[] = [];
  while (next < end && (limit === 0 || items.length < limit)) {
    const stored = view.get(keys[next] ?? '');
    next += 1;
    if (stored && (!selector || selector(stored))) items.push(stored);
  }
  const isWhole = next >= end || !hasMore(view, next, end, selector);
  if (isWhole) return { revision, items };
  const last = items.at(-1)?.key.slice(prefix.length) ?? '';
  return {
    ...{ revision, items, continue: writeToken({ revision, after: last }) },
    ...(selector ? {} : { remaining: end - next }),
  };
}

/** With a selector a page ends where the next object would be, if there is one. */
function hasMore(view: View, from: number, end: number, selector: Selector | undefined): boolean {
  if (!selector) return true;
  for (let index = from; index < end; index += 1) {
    const stored = view.get(view.keys[index] ?? '');
    if (stored && selector(stored)) return true;
  }
  return false;
}

function startOf(store: Store, kind: Kind, query: URLSearchParams): Start {
  const token = query.get('continue') ?? '';
  const asked = query.get('resourceVersion') ?? '';
  const match = query.get('resourceVersionMatch') ?? '';
  const limit = limitOf(query);
  refuseMatch(match, asked, token);
  const collection = collectionOf(kind);
  const newest = store.revision();
  const viewAt = (revision?: number) => store.view(collection, revision);
  if (token !== '') return goingOn(readToken(token), { asked, limit, newest, viewAt });
  const revision = asked === '' ? newest : revisionOf(asked);
  if (revision > newest) throw tooLarge(revision, newest);
  // From the cache an API server gives all there is, whatever the limit.
  if (revision === 0) return { revision: newest, after: '', limit: 0, view: viewAt() ?? nothing };
  const isExact = asked !== '' && (match === 'Exact' || (match === '' && limit > 0));
  if (!isExact) return { revision: newest, after: '', limit, view: viewAt() ?? nothing };
  const view = viewAt(revision);
  if (!view) throw expiredExact();
  return { revision, after: '', limit, view };
}

interface GoingOn {
  readonly asked: string;
  readonly limit: number;
  readonly newest: number;
  viewAt(revision?: number): View | undefined;
}

function goingOn({ revision, after }: Position, { asked, limit, newest, viewAt }: GoingOn): Start {
  if (asked !== '' && asked !== '0') throw badRequest('specifying resource version is not allowed when using continue');
  if (revision < 0) return { revision: newest, after, limit, view: viewAt() ?? nothing };
  const view = viewAt(revision);
  if (!view) throw expiredContinue(writeToken({ revision: -1, after }));
  return { revision, after, limit, view };
}

const nothing: View = { keys: [], get: () => undefined };

function limitOf(query: URLSearchParams): number {
  const text = query.get('limit') ?? '';
  if (text === '') return 0;
  if (!/^[+-]?\d+$/.test(text)) throw badRequest(`strconv.ParseInt: parsing "${text}": invalid syntax`);
  return Math.max(0, Number(text));
}

function revisionOf(text: string): number {
  if (!/^\d+$/.test(text)) {
    throw badRequest(
      `invalid resource version: resourceVersion: Invalid value: "${text}": strconv.ParseUint: parsing "${text}": invalid syntax`,
    );
  }
  return Number(text);
}

function refuseMatch(match: string, asked: string, token: string): void {
  if (match === '') return;
  if (token !== '') throw forbiddenMatch('resourceVersionMatch is forbidden when continue is provided');
  if (asked === '') throw forbiddenMatch('resourceVersionMatch is forbidden unless resourceVersion is provided');
  if (match === 'Exact' && asked === '0') {
    throw forbiddenMatch('resourceVersionMatch "exact" is forbidden for resourceVersion "0"');
  }
}

/** 422 on the options of a list or a watch. */
export const forbiddenMatch = (why: string) =>
  invalid(
    { kind: 'ListOptions', group: 'meta.k8s.io', name: '' },
    { reason: 'FieldValueForbidden', message: `Forbidden: ${why}`, field: 'resourceVersionMatch' },
  );
