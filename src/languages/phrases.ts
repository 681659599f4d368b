/** The numbers of the slots of a phrase: those of '{0} of {1}' are 0 and 1. */
type Slots<Phrase extends string> = Phrase extends `${string}{${infer Slot}}${infer Rest}`
  ? NumberOf<Slot> | Slots<Rest>
  : never;

type NumberOf<Slot extends string> = Slot extends `${infer Number extends number}#` ? `${Number}` : Slot;

/** A translation may hold no slot that its phrase does not have. */
type Translations<Phrases extends Readonly<Record<string, string>>> = {
  readonly [Phrase in keyof Phrases]: [Slots<Phrases[Phrase]>] extends [Slots<Phrase & string>] ? string : never;
};

/** English phrases and what they are in another language. */
export type Phrases = Readonly<Record<string, string>>;

/**
 * A part of a catalogue: English phrases as they stand in the code, each interpolation as a slot in its order ({0}, {1} …), and what they are in
 * another language; `same` are those that stay as they are: names, commands, what a tool prints. A piece of a sentence that is no string, such as
 * a time or a command, is a slot too; {0#} takes a number and nothing else.
 */
export function phrases<const Given extends Phrases>(
  translations: Given & Translations<Given>,
  same: readonly string[] = [],
): Phrases {
  return { ...translations, ...Object.fromEntries(same.map((phrase) => [phrase, phrase])) };
}
