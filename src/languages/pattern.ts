/** A phrase with its slots, ready to be found in sentences. */
export interface Pattern {
  /** What stands before, between and after its gaps. */
  readonly literals: readonly string[];
  /** Slots between two literals: mostly one; several where nothing of the phrase stands between them. */
  readonly gaps: readonly (readonly Slot[])[];
  /** How many letters its literals have. */
  readonly letters: number;
  /** The more, the less it can be taken for another: a mark tells as much as two letters. */
  readonly weight: number;
  /** The translation: its literals, and between them the numbers of slots. */
  readonly translated: readonly (string | number)[];
}

interface Slot {
  readonly number: number;
  readonly isAmount: boolean;
}

export const lettersIn = (text: string): number => text.match(/\p{L}/gu)?.length ?? 0;

export function patternOf(phrase: string, translation: string): Pattern {
  const [head = '', ...rest] = phrase.split(/\{(\d#?)\}/);
  const literals = [head];
  const gaps: Slot[][] = [];
  for (let index = 0; index < rest.length; index += 2) {
    const slot = { number: Number.parseInt(rest[index] ?? '', 10), isAmount: rest[index]?.endsWith('#') === true };
    const literal = rest[index + 1] ?? '';
    // Nothing stands between this slot and the one before: they share a gap.
    if (index > 0 && literals.at(-1) === '') {
      literals.pop();
      gaps.at(-1)?.push(slot);
    } else gaps.push([slot]);
    literals.push(literal);
  }
  const translated = translation.split(/\{(\d)#?\}/).map((part, index) => (index % 2 === 1 ? Number(part) : part));
  const letters = lettersIn(literals.join(''));
  const marks = literals.join('').match(/[^\p{L}\s]/gu)?.length ?? 0;
  return { literals, gaps, letters, weight: letters + 2 * marks, translated };
}

/**
 * What stands in the gaps of `pattern` where `text` is it; undefined where it is not. Each takes as little as it can, which finds an answer
 * wherever there is one, in a time that grows with the text's length and no faster.
 */
export function gapsIn(text: string, { literals, gaps }: Pattern): readonly string[] | undefined {
  const [head = '', ...rest] = literals;
  const tail = rest.pop() ?? '';
  if (!text.startsWith(head) || !text.endsWith(tail) || text.length < head.length + tail.length) return undefined;
  const end = text.length - tail.length;
  const found: string[] = [];
  let from = head.length;
  for (const literal of rest) {
    const at = text.indexOf(literal, from);
    if (at < 0 || at + literal.length > end) return undefined;
    found.push(text.slice(from, at));
    from = at + literal.length;
  }
  found.push(text.slice(from, end));
  const fits = gaps.every((slots, nth) =>
    slots.every(({ isAmount }) => !isAmount || /^\d[\d\s.]*$/.test(found[nth] ?? '')),
  );
  return fits ? found : undefined;
}
