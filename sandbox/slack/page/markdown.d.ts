import type { Passage } from './passages.d.ts';

/** A `markdown` block: headings, lists, tables, quotes, fences, `**bold**`, `[label](url)`. Not Slack's own markup. */
export function readMarkdown(text: string): readonly Passage[];
