import type { Passage } from './passages.d.ts';

/** The passages of a `rich_text` block; an element this page does not know is shown as the text it carries, if any. */
export function readRichText(block: { readonly elements?: unknown }): readonly Passage[];
