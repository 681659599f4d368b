import { LineCounter, parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { KindUse } from '../observed.ts';

const Meta = z.object({
  apiVersion: z.string().min(1),
  kind: z.string().min(1),
  metadata: z.object({ name: z.string().optional(), namespace: z.string().nullish() }).nullish(),
  items: z.array(z.unknown()).nullish(),
});
/** Aliases can make a small file a huge one. */
const mostAliases = 100;

/** Looking for keys that come twice takes as long as the square of their number, and so does showing each mistake in its line. */
const quick = { uniqueKeys: false, prettyErrors: false } as const;

/** The kinds in a YAML or JSON text of any number of documents, those in lists among them. Throws SyntaxError where it is none. */
export function kindsInYaml(text: string): readonly KindUse[] {
  // JSON is YAML, and to read it as that takes a hundred times as long.
  const json = jsonIn(text);
  if (json !== undefined) return kindsOf(json);
  const documents = parseAllDocuments(text, quick);
  if (!Array.isArray(documents)) return [];
  return documents.flatMap((document) => {
    const [problem] = document.errors;
    if (problem) throw new SyntaxError(problem.message);
    return kindsOf(document.toJS({ maxAliasCount: mostAliases }));
  });
}

/** Where a text stops to be YAML, counted from 1; undefined where it is YAML all along. */
export function lineOfMistake(text: string): number | undefined {
  const lineCounter = new LineCounter();
  const documents = parseAllDocuments(text, { ...quick, lineCounter });
  const [first] = Array.isArray(documents) ? documents.flatMap(({ errors }) => errors) : [];
  return first && lineCounter.linePos(first.pos[0]).line;
}

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** What is no object of Kubernetes is passed over: values of a chart, say. */
function kindsOf(value: unknown): readonly KindUse[] {
  const found = Meta.safeParse(value);
  if (!found.success) return [];
  const { apiVersion, kind, metadata, items } = found.data;
  const name = metadata?.name ?? '(no name)';
  const inside = (items ?? []).flatMap(kindsOf);
  if (kind === 'List') return inside;
  return [{ apiVersion, kind, name: metadata?.namespace ? `${metadata.namespace}/${name}` : name }, ...inside];
}
