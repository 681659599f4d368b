/**
 * What Slack takes, in characters (UTF-16 units, as it counts) unless the name says otherwise. The only place that knows.
 * Sources: the field docs of @slack/types 3.2.0, which repeat docs.slack.dev/reference/block-kit, and
 * docs.slack.dev/reference/methods/chat.update for `text`.
 */
export const limits = {
  /** Undocumented: messages begin to come back as msg_blocks_too_long at about 13,200 over all blocks. */
  blockCharacters: 12_000,
  /** chat.update refuses text over 4,000; chat.postMessage would cut at 40,000. */
  text: 3900,
  header: 150,
  modalTitle: 24,
  metadata: 3000,
  options: 100,
  optionText: 75,
  optionValue: 75,
  homeBlocks: 100,
  buttonText: 75,
  buttonValue: 2000,
  confirmTitle: 100,
  confirmText: 300,
  confirmButton: 30,
  accessibilityLabel: 75,
  planTasks: 50,
  tableRows: 100,
  tableColumns: 20,
  tableCharacters: 10_000,
  id: 255,
  url: 3000,
} as const;

/** How much of a message its parts may take, so that the sum stays within `blockCharacters`. Ours, not Slack's. */
export const shares = {
  title: 300,
  words: 300,
  text: 3000,
  facts: 20,
  factLabel: 75,
  factValue: 500,
  allFacts: 3000,
  sentence: 700,
  stepName: 120,
  stepDetail: 240,
  allSteps: 3500,
  /** A card is short; the rest stands in its thread. */
  card: { text: 400, allFacts: 1200, found: 3 },
  /** Of something that was found: how many it is about, what is said of each, and what is to be done. */
  foundAbout: 5,
  foundText: 500,
  tableCaption: 150,
  tableCell: 240,
  buttons: 5,
} as const;

const ellipsis = '…';

/** `text` within `max`, its cut shown by '…'; never half a character. */
export function clip(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${wellFormed(text.slice(0, Math.max(0, max - ellipsis.length)))}${ellipsis}`;
}

/** The end of `text` within `max`, its cut shown by '…' at the start: of a log the last lines are the news. */
export function clipStart(text: string, max: number): string {
  if (text.length <= max) return text;
  return `${ellipsis}${wellFormed(text.slice(text.length - Math.max(0, max - ellipsis.length)))}`;
}

/** Drops the half of a surrogate pair that a cut may leave at either end. */
function wellFormed(text: string): string {
  return text.replace(/^[\uDC00-\uDFFF]|[\uD800-\uDBFF]$/g, '');
}
