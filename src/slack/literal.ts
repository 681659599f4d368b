/**
 * Controls, direction overrides and isolates, invisible spacers, tag characters, non-characters: what lets a text look like
 * another one. Joiners and direction marks stay: emoji, Persian and Arabic need them. CVE-2021-42574 is why.
 */
const deceptive =
  /[\p{Cc}\u00AD\u200B\u2028\u2029\u202A-\u202E\u2060-\u206F\uFEFF\uFFF9-\uFFFB\u{E0000}-\u{E007F}\p{Noncharacter_Code_Point}]/gu;

/** `text` as it is, with what cannot be seen made visible. Line breaks and tabs stay. */
export function literal(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\r\n', '\n')
    .replaceAll(deceptive, (character) => (character === '\n' || character === '\t' ? character : '\uFFFD'));
}

/** Takes from `text` the three characters that begin markup in Slack's mrkdwn. Source: docs.slack.dev/messaging/formatting-message-text. */
export function escapeMarkup(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

const personId = /^[UW][A-Z0-9]{2,20}$/;
const channelId = /^[CDG][A-Z0-9]{2,20}$/;

export const isPersonId = (text: string): boolean => personId.test(text);
export const isChannelId = (text: string): boolean => channelId.test(text);
