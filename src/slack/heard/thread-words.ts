import type { Saying } from '../../chatops/command.ts';

/** What can be said about the run of a thread in one word: slash commands do not work there. */
export const threadWords = ['logs', 'status', 'cancel'] as const;
export type ThreadWord = (typeof threadWords)[number];

const meaning: Readonly<Record<ThreadWord, Pick<Saying, 'does' | 'role'>>> = {
  logs: { does: 'in the thread of a run: its log' },
  status: { does: 'in the thread of a run: how it stands, step by step' },
  cancel: { does: 'in the thread of a run: ask it to stop at its next safe place', role: 'operator' },
};

/** For help. `botName` as people mention it. */
export const sayingsInThreads = (botName: string): readonly Saying[] =>
  threadWords.map((word) => ({ word, typed: `@${botName} ${word}`, ...meaning[word] }));
