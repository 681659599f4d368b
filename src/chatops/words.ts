import { Refusal } from './errors.ts';

/** What phones and word processors make of straight quotes, and a shell's escapes. */
const openers: Readonly<Record<string, string>> = {
  '"': '"',
  "'": "'",
  '“': '”“"',
  '”': '”“"',
  '„': '“”"',
  '«': '»',
  '‘': "’‘'",
  '’': "’‘'",
};

/**
 * Splits what a person typed into words: quotes of all kinds keep blanks together, a backslash keeps the next character,
 * a long dash before a flag is two dashes. Throws Refusal on a quote that is never closed. Nothing is ever expanded.
 */
export function words(text: string): readonly string[] {
  const found: string[] = [];
  let current: string | undefined;
  let closers: string | undefined;
  const characters = [...text.normalize('NFC')];
  for (let index = 0; index < characters.length; index += 1) {
    const character = characters[index] ?? '';
    if (closers !== undefined) {
      if (closes(character, closers, characters[index + 1])) closers = undefined;
      else if (character === '\\' && closers.includes(characters[index + 1] ?? ' ')) {
        index += 1;
        current = `${current ?? ''}${characters[index]}`;
      } else current = `${current ?? ''}${character}`;
      continue;
    }
    if (/\s/u.test(character)) {
      if (current !== undefined) found.push(current);
      current = undefined;
    } else if (opensQuote(character, current)) {
      closers = openers[character];
      current ??= '';
    } else current = `${current ?? ''}${character}`;
  }
  if (closers !== undefined)
    throw new Refusal('A quote is opened and never closed.', 'Close it, or leave the quotes away.');
  if (current !== undefined) found.push(current);
  return found.map(straightenDash);
}

/** An apostrophe closes only at the end of a word: `'don't'` is one word with an apostrophe in it. */
function closes(character: string, closers: string, next: string | undefined): boolean {
  if (!closers.includes(character)) return false;
  return !"'’‘".includes(character) || next === undefined || /\s/u.test(next);
}

/** An apostrophe inside a word is an apostrophe: `don't`. */
function opensQuote(character: string, current: string | undefined): boolean {
  if (!(character in openers)) return false;
  return current === undefined || current.endsWith('=');
}

/** Phones turn `--reason` into `—reason`. Only before a letter at the start of a word, where nothing else can be meant. */
function straightenDash(word: string): string {
  return word.replace(/^(?:[—―]|–{1,2}|‑‑|−−)(?=\p{L})/u, '--');
}
