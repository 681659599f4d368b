import { gapsIn, lettersIn, type Pattern, patternOf } from './pattern.ts';
import type { Phrases } from './phrases.ts';

/** How another language is written. */
export interface Writing {
  /** What joins phrases in English, and what does so in the other language: between sentences, and, where that differs, between single words. */
  readonly joints: readonly (readonly [english: string, translated: string, betweenWords?: string])[];
  /** What a sentence ends with, by what it ends with in English. */
  readonly stops: Readonly<Record<'.' | ':', string>>;
  /** Puts two parts of a sentence beside each other, with or without a blank. */
  joined(before: string, after: string): string;
}

/** A sentence understood: what it is in the other language, how many of its letters were known phrases, and of how many pieces they were. */
interface Reading {
  readonly text: string;
  readonly known: number;
  readonly pieces: number;
}

/** Data is as many pieces as a list would have. */
const asItIs = (text: string): Reading => ({ text, known: 0, pieces: text.split('; ').length });

/** How many ways of reading one sentence are tried: what is longer than people write stays as it is. */
const mostReadings = 300;
/** A sentence of ours is shorter; and characters that are looked at for one text, with all its lines: who writes at length must not keep everybody waiting. */
const longestLine = 1000;
const mostLooked = 200_000;
const mostParts = 40;
const mostKept = 5000;
const mostJoined = 10;
/** Of the patterns that fit, the most telling ones. */
const mostPatterns = 3;
/** A pattern with fewer letters, such as '{0} of {1}', fits what people write themselves: it counts only around what is known or one word. */
const tellingWeight = 7;

/**
 * A function that says English sentences of ours in another language. A sentence is a phrase of `catalogue` with other phrases or data in its
 * slots, or several joined; of all ways to read it the one counts that knows most of its letters. What is no phrase is data, and stays as it is.
 */
export function createTranslator(catalogue: Phrases, { joints, stops, joined }: Writing): (sentence: string) => string {
  const known = { ...withoutEdges(catalogue), ...catalogue };
  const exact = new Map(Object.entries(known).map(([phrase, translation]) => [folded(phrase), translation]));
  const patterns = Object.entries(known)
    .map(([phrase, translation]) => ({ ...patternOf(phrase, translation), isBare: !(phrase in catalogue) }))
    .filter(({ literals }) => literals.length > 1 && /\p{L}|[^\s{}].*[^\s{}].*[^\s{}]/u.test(literals.join('')))
    .sort(
      (one, other) => other.letters - one.letters || other.weight - one.weight || amountsIn(other) - amountsIn(one),
    );
  const wordJoints = new Map(joints.flatMap(([from, , to]) => (to === undefined ? [] : [[from, to] as const])));
  const betweenWords = new RegExp(`(${[...wordJoints.keys()].join('|')})`);
  const rarity = countOf(patterns.flatMap(wordsOf));
  const byWord = Map.groupBy(
    patterns.map((pattern, rank) => ({ pattern, rank })),
    ({ pattern }) =>
      wordsOf(pattern).reduce(
        (rarest, word) => ((rarity.get(word) ?? 0) < (rarity.get(rarest) ?? patterns.length) ? word : rarest),
        '',
      ),
  );

  const said = new Map<string, string>();
  return (sentence) => {
    const before = said.get(sentence);
    if (before !== undefined) return before;
    // Lines are sentences of their own.
    const now = exact.get(folded(sentence)) ?? inLines(sentence);
    // A card says much the same each time: what was said first makes room.
    if (said.size >= mostKept) said.delete(said.keys().next().value ?? '');
    said.set(sentence, now);
    return now;
  };

  function inLines(text: string): string {
    const budget = { left: mostLooked };
    return text
      .split('\n')
      .map((line) => (line.length > longestLine ? line : translated(line, budget)))
      .join('\n');
  }

  function translated(sentence: string, budget: { left: number }): string {
    let left = mostReadings;
    const readings = new Map<string, Reading>();
    return read(sentence).text;

    function read(text: string): Reading {
      budget.left -= text.length;
      const before = readings.get(text);
      if (before) return before;
      if (left <= 0 || budget.left <= 0 || lettersIn(text) === 0) return asItIs(text);
      left -= 1;
      readings.set(text, asItIs(text));
      const whole = exact.get(folded(text));
      const reading = whole === undefined ? bestOf(text) : { text: whole, known: lettersIn(text), pieces: 1 };
      readings.set(text, reading);
      return reading;
    }

    /** What holds a joint itself: as one phrase or not at all. */
    function asOne(text: string): Reading {
      const whole = exact.get(folded(text));
      if (whole !== undefined) return { text: whole, known: lettersIn(text), pieces: 1 };
      return left > 0 ? best(text, inPatterns(text)) : asItIs(text);
    }

    /** The patterns that may fit, most letters first. */
    function candidates(text: string): readonly (Pattern & { readonly isBare: boolean })[] {
      const words = new Set(text.toLowerCase().match(/\p{L}+/gu)).add('');
      return [...words]
        .flatMap((word) => byWord.get(word) ?? [])
        .sort((one, other) => one.rank - other.rank)
        .map(({ pattern }) => pattern);
    }

    /** As one phrase where that explains most of it; else in all other ways too. */
    function bestOf(text: string): Reading {
      const phrase = best(text, inPatterns(text));
      const [listed] = asListed(text).length > 0 ? [] : anItem(text);
      if (listed && listed.known > 0 && listed.known >= phrase.known) return listed;
      if (phrase.known >= lettersIn(text) / 2) return phrase;
      return best(text, [...withoutStop(text), phrase, ...ofOption(text), ...inParts(text)]);
    }

    function inPatterns(text: string): readonly Reading[] {
      const found: Reading[] = [];
      const listed = asListed(text);
      for (const pattern of candidates(text)) {
        // What a phrase ends with is no part of its last slot.
        if (pattern.isBare && /[.:]$/.test(text)) continue;
        const gaps = gapsIn(text, pattern) ?? gapsIn(folded(text), pattern);
        if (gaps === undefined) continue;
        // It says something of one in a list: the others stand beside it, not in its slot.
        if (listed.some((one) => gapsIn(one, pattern) ?? gapsIn(folded(one), pattern))) continue;
        // Dots stand between whole phrases alone.
        if (listed.length > 0 && gaps.some((gap) => gap.includes(' · '))) continue;
        const reading = filled(pattern, gaps);
        if (reading) found.push(reading);
        if (found.length === mostPatterns) break;
      }
      return found;
    }

    /** The parts of a list of phrases; nothing where it is none. */
    function asListed(text: string): readonly string[] {
      const lists = ['; ', ' · '].map((separator) => text.split(separator));
      return (
        lists.find(
          (parts) => parts.length > 1 && parts.length <= mostParts && parts.every((part) => read(part).known > 0),
        ) ?? []
      );
    }

    function filled(
      { literals, gaps, letters, weight, translated }: Pattern,
      found: readonly string[],
    ): Reading | undefined {
      if (isSubject.test(literals[0] === '' ? (literals[1] ?? '') : '') && isTold.test(found[0] ?? ''))
        return undefined;
      const inside = new Map<number, Reading>();
      for (const [nth, slots] of gaps.entries()) {
        const readings = shared(found[nth] ?? '', slots.length);
        for (const [place, { number }] of slots.entries()) inside.set(number, readings[place] ?? nothing);
      }
      const isTelling =
        weight >= tellingWeight ||
        (!found.some((text) => / · |; |\. /.test(text)) &&
          [...inside.values()].every((one) => one.known > 0 || isOneWord(one.text)));
      // A whole clause that nobody knows, in the middle of a phrase that fits by chance, would make neither English nor the other language.
      if (
        !isTelling ||
        gaps.some(
          (slots, nth) =>
            !takesProse.test(literals[nth] ?? '') && slots.some(({ number }) => isProse(inside.get(number)?.text)),
        )
      )
        return undefined;
      const parts = translated.map((part) => (typeof part === 'string' ? part : (inside.get(part)?.text ?? '')));
      return { ...sumOf([...inside.values()], letters), text: parts.reduce(joined, '') };
    }

    /** A gap of several slots: all but the first are mostly fragments, such as ', until {0}', or empty. */
    function shared(text: string, amount: number): readonly Reading[] {
      if (amount < 2) return [read(text)];
      const places = [...text.matchAll(/[\s,;:(]/g)].map(({ index }) => index).slice(0, mostJoined);
      let most: readonly Reading[] = [read(text), nothing];
      for (const at of places) {
        const ways = [read(text.slice(0, at)), ...shared(text.slice(at), amount - 1)];
        if (
          knownIn(ways) > knownIn(most) ||
          (most[1] === nothing && knownIn(ways) > 0 && knownIn(ways) === knownIn(most))
        )
          most = ways;
      }
      return most;
    }

    /** '3 Stop etcd', '• Nothing is lost.': in lists. */
    function anItem(text: string): readonly Reading[] {
      const [, number = '', rest = ''] = /^(\d+\.? |• )(?![KMGT]iB)(\p{Lu}.*)$/su.exec(text) ?? [];
      if (rest === '') return [];
      const said = read(rest);
      return [{ ...said, pieces: said.pieces + 1, text: `${number}${said.text}` }];
    }

    /** '--limit must be a number': what is wrong is said of any option. */
    function ofOption(text: string): readonly Reading[] {
      const [, option = '', wrong = ''] = /^((?:--)?[a-z][a-z-]*|<[a-z-]+>) (must .+)$/s.exec(text) ?? [];
      if (option === '') return [];
      const said = read(wrong);
      return [{ ...said, text: `${option} ${said.text}` }];
    }

    function withoutStop(text: string): readonly Reading[] {
      const stop = text.at(-1);
      if ((stop !== '.' && stop !== ':') || text.endsWith('..')) return [];
      const said = read(text.slice(0, -1));
      return [{ ...said, text: `${said.text}${stops[stop]}` }];
    }

    function inParts(text: string): readonly Reading[] {
      const found = joints.flatMap(([english, translated]) => {
        const parts = text.split(english);
        return parts.length < 2 || parts.length > mostParts ? [] : [together(parts, english, translated)];
      });
      return [...aList(text), ...found];
    }

    /** 'm1, m2 and m3' */
    function aList(text: string): readonly Reading[] {
      const parts = text.split(betweenWords);
      if (
        parts.length < 3 ||
        parts.length > 2 * mostParts ||
        !parts.every((part, nth) => nth % 2 === 1 || isOneWord(part))
      )
        return [];
      const inside = parts.map((part, nth) =>
        nth % 2 === 1 ? { text: wordJoints.get(part) ?? part, known: 0.1, pieces: 0 } : read(part),
      );
      return [{ ...sumOf(inside), text: inside.map((one) => one.text).reduce(joined, '') }];
    }

    /** The parts one after the other; a phrase may hold a joint itself, so several may be one. */
    function together(parts: readonly string[], english: string, translated: string): Reading {
      const span = parts.length > mostJoined ? 1 : parts.length - 1;
      const from: Reading[] = [];
      for (let start = parts.length - 1; start >= 0; start -= 1) {
        const ways = Array.from({ length: Math.min(span, parts.length - start) }, (_, nth): Reading => {
          const end = start + nth + 1;
          const first = nth === 0 ? read(parts[start] ?? '') : asOne(parts.slice(start, end).join(english));
          const rest = from[end];
          return rest ? { ...sumOf([first, rest]), text: `${first.text}${joined(translated, rest.text)}` } : first;
        });
        from[start] = best('', ways);
      }
      return from[0] ?? nothing;
    }
  }
}

/** The reading that knows most, in the fewest pieces; of several the first. Where nothing is known, the text itself. */
const best = (text: string, readings: readonly Reading[]): Reading =>
  readings.reduce(
    (sofar, one) =>
      one.known > sofar.known || (one.known === sofar.known && one.known > 0 && one.pieces < sofar.pieces)
        ? one
        : sofar,
    readings[0] && text === '' ? readings[0] : asItIs(text),
  );

/** The words that stand in every sentence of a pattern: those that no slot touches. */
function wordsOf({ literals, gaps }: Pattern): readonly string[] {
  return literals.flatMap((literal, nth) => {
    const inside = `${nth > 0 ? '' : ' '}${literal}${nth < gaps.length ? '' : ' '}`;
    return [...inside.matchAll(/(?<=[^\p{L}])\p{L}+(?=[^\p{L}])/gu)].map(([word]) => word.toLowerCase());
  });
}

function countOf(words: readonly string[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** A sentence may begin with a phrase that stands inside others elsewhere. */
const folded = (text: string): string => `${text.charAt(0).toLowerCase()}${text.slice(1)}`;

/** A word, a number in groups, or a time. */
const isOneWord = (text: string): boolean => !/\s/.test(text.trim()) || /^[\d\s.,:-]+$/.test(text);

/** 'm1 is silent: m2 cannot be reached' says the last of m2: what stands before is a sentence of its own. */
const isSubject = /^ (?!and |or )\p{L}/u;
const isTold = /: .*[^.!?]$/s;

/** What others wrote, such as a reason, stands after a mark. */
const takesProse = /[:(“"—]\s*$/;
const isProse = (text = ''): boolean => /(?:\b[a-z]{2,}[,;]? ){2,}[a-z]{2,}/.test(text);

const nothing: Reading = { text: '', known: 0, pieces: 0 };

const sumOf = (readings: readonly Reading[], letters = 0): Omit<Reading, 'text'> => ({
  known: letters + knownIn(readings),
  pieces: (letters > 0 ? 1 : 0) + readings.reduce((sum, { pieces }) => sum + pieces, 0),
});
const knownIn = (readings: readonly Reading[]): number => readings.reduce((sum, { known }) => sum + known, 0);
const amountsIn = ({ gaps }: Pattern): number => gaps.flat().filter(({ isAmount }) => isAmount).length;

/** Fragments such as ', until {0}' as they stand where they are not joined to what is before or after them. */
const withoutEdges = (catalogue: Phrases): Phrases =>
  Object.fromEntries(
    Object.entries(catalogue)
      .map(([phrase, translation]) => [
        phrase.replaceAll(/^[\s,;:.·—]+|[\s,;:.]+$/g, ''),
        translation.replaceAll(/^[\s，、；：。·—]+|[\s，、；：。]+$/gu, ''),
      ])
      .filter(([phrase = '']) => lettersIn(phrase) > 2),
  );
