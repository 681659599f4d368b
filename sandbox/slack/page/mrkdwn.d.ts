import type { Inline, Passage } from './passages.d.ts';

/** Slack's own markup: `*bold*`, `<https://…|label>`, `<@U1>`, `<!date^…>`, quotes, code. Unsafe links stay text. */
export function readMrkdwn(text: string): readonly Passage[];
/** A `plain_text` object: no markup but line breaks and emoji. */
export function readPlain(text: string): readonly Passage[];
/** Words between markup: line breaks and `:emoji:` found, `&lt;` `&gt;` `&amp;` undone. */
export function words(text: string): readonly Inline[];
/** Whether a link may be followed: web, mail and Slack's own addresses only, so never `javascript:`. */
export function isSafe(url: string): boolean;
