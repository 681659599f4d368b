import { eventText, type Form } from './forms.ts';
import { collectionOf, groupVersionOf, type Kind } from './kinds.ts';
import { forbiddenMatch, type Place } from './listing.ts';
import type { Selector } from './selectors.ts';
import { expiredWatch, StatusError } from './status-error.ts';
import { type Change, type Store, type Stored, withRevision } from './store.ts';

export interface Watch {
  readonly where: Place;
  readonly query: URLSearchParams;
  readonly selector: Selector | undefined;
  readonly form: Form;
  /** Writes a line; called in order. */
  write(line: string): void;
  /** Ends the answer. */
  end(): void;
}

export interface WatchTimes {
  /** 60 s at an API server. */
  readonly bookmarkEveryMs: number;
  now(): number;
}

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** 400 and worse before anything is written. Throws the StatusError that an API server answers. */
export function checkWatch(query: URLSearchParams): void {
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  const match = query.get('resourceVersionMatch') ?? '';
  if (wantsInitial && match !== 'NotOlderThan') {
    throw forbiddenMatch('sendInitialEvents requires setting resourceVersionMatch to NotOlderThan');
  }
  if (!query.has('sendInitialEvents') && match !== '') {
    throw forbiddenMatch('resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided');
  }
  const asked = query.get('resourceVersion') ?? '';
  if (asked !== '' && !/^\d+$/.test(asked)) {
    // An API server forgets the reason here.
    const why = `strconv.ParseUint: parsing "${asked}": invalid syntax`;
    throw new StatusError({ code: 500, message: `resourceVersion: Invalid value: "${asked}": ${why}` });
  }
}

/** Begins to write what changes; answers how to stop. Ends by itself when its time is over or its start is forgotten. */
export function startWatch(store: Store, watch: Watch, times: WatchTimes): () => void {
  const { where, query, form, selector } = watch;
  const collection = collectionOf(where.kind);
  const prefix = where.namespace === undefined ? '' : `${where.namespace}/`;
  let isFirst = true;
  const say = (type: EventType, stored: Stored) => {
    const object = eventText(form, where.kind, stored, { nowMs: times.now(), isFirst });
    isFirst = false;
    watch.write(`{"type":"${type}","object":${object}}\n`);
  };
  const isMeant = (stored: Stored | undefined): stored is Stored =>
    stored?.key.startsWith(prefix) === true && (!selector || selector(stored));
  const tell = (change: Change) => tellOf(change, isMeant, say);
  const bookmark = (marks?: object) => watch.write(bookmarkOf(where.kind, form, store.revision(), marks));

  const asked = query.get('resourceVersion') ?? '';
  const wantsBookmarks = query.get('allowWatchBookmarks') === 'true';
  const wantsInitial = query.get('sendInitialEvents') === 'true';
  if (wantsInitial || asked === '' || asked === '0') {
    const view = store.view(collection);
    for (const key of view?.keys ?? []) {
      const stored = view?.get(key);
      if (isMeant(stored)) say('ADDED', stored);
    }
    if (wantsInitial && wantsBookmarks) bookmark({ annotations: { 'k8s.io/initial-events-end': 'true' } });
  } else {
    const missed = store.since(collection, Number(asked));
    if (!missed) return forgotten(watch, Number(asked), store.oldest(collection));
    missed.forEach(tell);
  }
  const unwatch = store.watch(collection, tell);
  const stopClock = startClock({ query, times, bookmark: wantsBookmarks ? () => bookmark() : () => {} }, () => {
    stop();
    watch.end();
  });
  const stop = () => {
    unwatch();
    stopClock();
  };
  return stop;
}

/** What comes into sight is added and what leaves it is deleted, whatever happened to it. */
function tellOf(
  { before, after, revision }: Change,
  isMeant: (stored: Stored | undefined) => stored is Stored,
  say: (type: EventType, stored: Stored) => void,
): void {
  if (isMeant(after)) say(isMeant(before) ? 'MODIFIED' : 'ADDED', after);
  else if (isMeant(before)) say('DELETED', withRevision(before, revision));
}

function bookmarkOf(kind: Kind, form: Form, revision: number, marks: object = {}): string {
  const metadata = { resourceVersion: String(revision), ...marks };
  const type =
    form.kind === 'metadata'
      ? { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1' }
      : { kind: kind.kind, apiVersion: groupVersionOf(kind) };
  const object =
    form.kind === 'table'
      ? {
          ...{ kind: 'Table', apiVersion: 'meta.k8s.io/v1', metadata: { resourceVersion: String(revision) } },
          ...{ columnDefinitions: null, rows: [{ cells: [], object: { ...type, metadata } }] },
        }
      : { ...type, metadata };
  return `${JSON.stringify({ type: 'BOOKMARK', object })}\n`;
}

/** Status 200 all the same: the error is an event. */
function forgotten(watch: Watch, asked: number, oldest: number): () => void {
  watch.write(`${JSON.stringify({ type: 'ERROR', object: expiredWatch(asked, oldest).body })}\n`);
  watch.end();
  return () => {};
}

interface Clock {
  readonly query: URLSearchParams;
  readonly times: WatchTimes;
  bookmark(): void;
}

/** As seen at an API server: a bookmark a minute, and two shortly before the end unless it is a short watch. */
function startClock({ query, times, bookmark }: Clock, end: () => void): () => void {
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const lastsMs = seconds > 0 ? seconds * 1000 : (1800 + Math.random() * 1800) * 1000;
  const last = lastsMs > 10_000 ? [lastsMs - 2000, lastsMs - 1000] : [];
  const timers = [...last.map((ms) => setTimeout(bookmark, ms)), setTimeout(end, lastsMs)];
  const every = setInterval(bookmark, times.bookmarkEveryMs);
  return () => {
    timers.forEach(clearTimeout);
    clearInterval(every);
  };
}
