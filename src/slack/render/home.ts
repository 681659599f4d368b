import type { HeaderBlock, HomeView, KnownBlock } from '@slack/types';
import { textAsTyped } from '../../chatops/as-typed.ts';
import type { Home, HomeSection } from '../../chatops/home/home.ts';
import { english, type Language } from '../../languages/all.ts';
import { tableIn } from '../../languages/language.ts';
import { clip, limits, shares } from '../limits.ts';
import { literal } from '../literal.ts';
import { renderButtons } from './buttons.ts';
import { closingLine } from './closing-line.ts';
import { inline, richText, stack } from './pieces.ts';
import { renderTable } from './table.ts';

/** A Home within every limit. What is cut says so by its title's count. */
export function renderHome({ sections }: Home, calledAs: string, now: Date, language = english): HomeView {
  const room = Math.floor(limits.blockCharacters / sections.length);
  const blocks = sections.flatMap((one, nth) => renderSection(one, `home:${nth}`, calledAs, room, language));
  return { type: 'home', blocks: [...blocks.slice(0, limits.homeBlocks - 1), closingLine(language.say('as of'), now)] };
}

function renderSection(
  { title, lines, table, actions = [] }: HomeSection,
  id: string,
  calledAs: string,
  room: number,
  { say, text }: Language,
): KnownBlock[] {
  const typed = lines.map((line) => textAsTyped(text(line), (words) => `${calledAs} ${words}`));
  const each = Math.min(shares.sentence, Math.floor(room / Math.max(1, typed.length)));
  const shown = table && table.rows.length > 0 ? renderTable(tableIn(table, say), room).block : undefined;
  const buttons = renderButtons(actions, id, say);
  return [
    header(say(title)),
    ...(typed.length > 0 ? [richText(...stack(typed.map((line) => inline(line, Math.max(each, 40)))))] : []),
    ...(shown ? [shown] : []),
    ...(buttons ? [buttons] : []),
  ];
}

const header = (title: string): HeaderBlock => ({
  type: 'header',
  text: { type: 'plain_text', text: clip(literal(title), limits.header) || '–', emoji: false },
});
