import type { KnownBlock, RichTextElement } from '@slack/types';
import { counted } from '../../chatops/format.ts';
import type { Found } from '../../chatops/report.ts';
import type { Language } from '../../languages/all.ts';
import { clip, shares } from '../limits.ts';
import { bold, plain, richText, section } from './pieces.ts';

/** What was found as a list, each with what was seen and what to do: the worst `most` of it, and as many as `room` characters hold. */
export function renderFound(
  all: readonly Found[],
  most: number,
  room: number,
  say: Language['say'],
): { block?: KnownBlock; hidden: number } {
  const shown: RichTextElement[][] = [];
  let left = room;
  for (const one of all.slice(0, most)) {
    const pieces = piecesOf(one, say);
    left -= JSON.stringify(pieces).length;
    if (left < 0) break;
    shown.push(pieces);
  }
  const hidden = all.length - shown.length;
  if (shown.length === 0) return { hidden };
  const elements = shown.map((pieces) => section(...pieces));
  return { block: richText({ type: 'rich_text_list', style: 'bullet', elements }), hidden };
}

function piecesOf({ means, about, next }: Found, say: Language['say']): RichTextElement[] {
  const hidden = about.length - shares.foundAbout;
  return [
    ...about
      .slice(0, shares.foundAbout)
      .flatMap(({ subject, seen }) => [
        bold(onOneLine(`${means}: ${subject}`)),
        plain(seen === undefined ? '\n' : ` — ${onOneLine(seen)}\n`),
      ]),
    ...(hidden > 0 ? [plain(`${say(`… and ${counted(hidden, 'other')}`)}\n`)] : []),
    plain(`→ ${onOneLine(next)}`),
  ];
}

const onOneLine = (text: string): string => clip(text.replaceAll(/\s+/g, ' '), shares.foundText);
