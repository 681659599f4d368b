import { type Json, KubernetesObject } from './json.ts';
import { groupVersionOf, type Kind } from './kinds.ts';
import { notAcceptable } from './status-error.ts';
import type { Stored } from './store.ts';
import { columnsOf, rowOf } from './tables.ts';

/** In which form a client takes objects. */
export type Form =
  | { readonly kind: 'whole' }
  | { readonly kind: 'metadata' }
  | { readonly kind: 'table'; readonly include: 'None' | 'Metadata' | 'Object' };

/** By the first thing in Accept that we can give. Throws 406 when there is none: unlike an API server we write no YAML and no protobuf. */
export function formOf(accept: string | undefined, query: URLSearchParams): Form {
  for (const range of (accept || '*/*').split(',')) {
    const [type = '', ...words] = range.split(';').map((word) => word.trim());
    if (!['application/json', 'application/*', '*/*'].includes(type)) continue;
    const of = new Map(words.map((word) => word.split('=', 2) as [string, string]));
    const as = of.get('as');
    if (as === undefined) return { kind: 'whole' };
    if (of.get('g') !== 'meta.k8s.io' || of.get('v') !== 'v1') continue;
    if (as === 'Table') return { kind: 'table', include: includeOf(query.get('includeObject')) };
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return { kind: 'metadata' };
  }
  throw notAcceptable();
}

const includeOf = (asked: string | null) => (asked === 'None' || asked === 'Object' ? asked : 'Metadata');

/** One object by itself. */
export function objectText(form: Form, kind: Kind, stored: Stored, nowMs: number): string {
  if (form.kind === 'metadata') return metadataText(stored);
  if (form.kind === 'whole') return wholeText(kind, stored);
  return tableText(form, kind, { stored, nowMs, hasColumns: true });
}

/** One object in a watch: a table says its columns in the first event only. */
export function eventText(form: Form, kind: Kind, stored: Stored, about: { nowMs: number; isFirst: boolean }): string {
  if (form.kind !== 'table') return objectText(form, kind, stored, about.nowMs);
  return tableText(form, kind, { stored, nowMs: about.nowMs, hasColumns: about.isFirst });
}

interface Listed {
  readonly revision: number;
  readonly items: readonly Stored[];
  readonly continue?: string;
  readonly remaining?: number;
}

/** A list, in pieces of some hundred kilobytes, so that whoever waits for something else is not kept waiting. */
export function* listText(form: Form, kind: Kind, page: Listed, nowMs: number): Generator<string> {
  const { head, tail, item } = frameOf(form, kind, page, nowMs);
  let piece = head;
  for (const [index, stored] of page.items.entries()) {
    piece += index === 0 ? item(stored) : `,${item(stored)}`;
    if (piece.length < 256 * 1024) continue;
    yield piece;
    piece = '';
  }
  yield `${piece}${tail}`;
}

function frameOf(form: Form, kind: Kind, page: Listed, nowMs: number) {
  const metadata = JSON.stringify({
    resourceVersion: String(page.revision),
    ...(page.continue === undefined ? {} : { continue: page.continue }),
    ...(page.remaining === undefined ? {} : { remainingItemCount: page.remaining }),
  });
  const groupVersion = groupVersionOf(kind);
  switch (form.kind) {
    case 'metadata':
      return {
        head: `{"kind":"PartialObjectMetadataList","apiVersion":"meta.k8s.io/v1","metadata":${metadata},"items":[`,
        ...{ tail: ']}\n', item: metadataText },
      };
    case 'table':
      return {
        head: `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${metadata},"columnDefinitions":${JSON.stringify(columnsOf(kind))},"rows":[`,
        ...{ tail: ']}\n', item: (stored: Stored) => rowText(form, kind, stored, nowMs) },
      };
    case 'whole':
      // Custom resources are written from maps, whose keys come in the order of the alphabet, and say what each of them is.
      return kind.isCustom
        ? {
            head: `{"apiVersion":"${groupVersion}","items":[`,
            tail: `],"kind":"${kind.kind}List","metadata":${JSON.stringify({ continue: '', ...JSON.parse(metadata) })}}\n`,
            item: (stored: Stored) => wholeText(kind, stored),
          }
        : {
            head: `{"kind":"${kind.kind}List","apiVersion":"${groupVersion}","metadata":${metadata},"items":[`,
            ...{ tail: ']}\n', item: (stored: Stored) => stored.text() },
          };
  }
}

function wholeText(kind: Kind, stored: Stored): string {
  return `{"kind":"${kind.kind}","apiVersion":"${groupVersionOf(kind)}",${stored.text().slice(1)}`;
}

function metadataText(stored: Stored): string {
  return `{"kind":"PartialObjectMetadata","apiVersion":"meta.k8s.io/v1","metadata":${stored.metadata()}}`;
}

const metadataOf = ({ metadata }: KubernetesObject): Json => ({
  ...{ kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata },
});

const parsed = (stored: Stored): KubernetesObject => KubernetesObject.parse(JSON.parse(stored.text()));

function rowText(form: Form & { kind: 'table' }, kind: Kind, stored: Stored, nowMs: number): string {
  const object = parsed(stored);
  const whole = { kind: kind.kind, apiVersion: groupVersionOf(kind), ...object };
  const shown = { None: null, Metadata: metadataOf(object), Object: whole }[form.include];
  return JSON.stringify({ cells: rowOf(kind, object, nowMs), object: shown });
}

interface OneRow {
  readonly stored: Stored;
  readonly nowMs: number;
  readonly hasColumns: boolean;
}

function tableText(form: Form & { kind: 'table' }, kind: Kind, { stored, nowMs, hasColumns }: OneRow): string {
  const columns = hasColumns ? JSON.stringify(columnsOf(kind)) : 'null';
  const revision = JSON.stringify({ resourceVersion: String(stored.revision) });
  return `{"kind":"Table","apiVersion":"meta.k8s.io/v1","metadata":${revision},"columnDefinitions":${columns},"rows":[${rowText(form, kind, stored, nowMs)}]}`;
}
