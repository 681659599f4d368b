import type { Saying } from '../../chatops/command.ts';

/** What can be said about the run of a thread in one word: slash commands do not work there. */
export const threadWords = ['logs', 'status', 'cancel'] as const;
export type ThreadWord = (typeof threadWords)[number];

/** What the buttons of a card are called: whoever reads them says that. */
const asOnButtons: Readonly<Record<string, ThreadWord>> = { stop: 'cancel', steps: 'status' };

/** What was said to the bot, if it is one of them. */
export function threadWordOf(words: string): ThreadWord | undefined {
  const said = words.toLowerCase();
  return (
    threadWords.find((word) => word === said) ?? (Object.hasOwn(asOnButtons, said) ? asOnButtons[said] : undefined)
  );
}

const meaning: Readonly<Record<ThreadWord, Pick<Saying, 'does' | 'role'>>> = {
  logs: { does: 'in the thread of a run: its log' },
  status: { does: 'in the thread of a run: how it stands, step by step' },
  cancel: { does: 'in the thread of a run: ask it to stop at its next safe place', role: 'operator' },
};

/** For help. `botName` as people mention it. */
export const sayingsInThreads = (botName: string): readonly Saying[] =>
  threadWords.map((word) => ({ word, typed: `@${botName} ${word}`, ...meaning[word] }));
