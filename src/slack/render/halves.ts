import type { Report } from '../../chatops/report.ts';
import { shares } from '../limits.ts';
import { isLongerThan } from './pieces.ts';

// A card stands above its thread, in the channel and in the thread itself: what it says is not said again below it.

/** What a card says of a result: what happened, the few facts that matter most, the worst that was found, what was changed, what to do. */
export function cardHalf({ table: _, file: __, moreFiles: ___, facts = [], ...report }: Report): Report {
  return { ...report, facts: facts.filter((fact) => fact.onCard) };
}

/** Everything else, for the thread: the other facts, a text that the card had to cut, what else was found, tables and files. */
export function threadHalf({ text, facts = [], found, changed: _, next: __, actions: ___, ...report }: Report): Report {
  return {
    ...report,
    ...(found === undefined ? {} : { found: found.slice(shares.card.found) }),
    ...(text !== undefined && isLongerThan(text, shares.card.text) ? { text } : {}),
    facts: facts.filter((fact) => !fact.onCard),
  };
}
