import type { ContextBlock } from '@slack/types';
import { clip } from '../limits.ts';
import { literal } from '../literal.ts';
import { dateMarkup } from './pieces.ts';

/** What it is about, and when: on every card, always last. */
export const closingLine = (line: string, now: Date): ContextBlock => ({
  type: 'context',
  elements: [
    { type: 'plain_text', text: literal(clip(line, 300)), emoji: false },
    { type: 'mrkdwn', text: dateMarkup(now, '{date_short_pretty} {time_secs}') },
  ],
});
