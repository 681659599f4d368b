import { setTimeout as wait } from 'node:timers/promises';
import type { Sandbox } from '../../sandbox/sandbox.ts';
import type { Runs } from '../../src/ports/runs.ts';
import { note } from '../instruments/figures.ts';

export type Person = 'alice' | 'bob' | 'vera';

/** A command, and what came of it: Slack itself said that the app did not answer, a run, words to this person alone, or nothing. */
export interface Asked {
  readonly words: string;
  readonly answer: 'refused by Slack' | 'run' | 'words' | 'nothing';
}

export interface Asking {
  readonly runs: Runs;
  readonly person: Person;
  /** Of those who ask. */
  readonly nth: number;
  /** By performance.now(). */
  readonly until: number;
}

const channel = 'prod-1';
const answerMs = 30_000;
const restMs = 1200;

/** No two of them are the same: what was asked is known by its words. A third is refused for want of a right, a third needs no run. */
function commandOf(count: number, nth: number): string {
  const mark = `${nth}-${count}`;
  const kinds = [
    `snapshot prod-1 --reason "soak ${mark}"`,
    `backups prod-1 --limit ${count * 3 + nth + 1}`,
    'runs',
    'help',
    'schedules',
  ];
  return kinds[(count + nth) % kinds.length] ?? '';
}

/** Types one command after the other, each once the one before is answered. */
export async function askOn({ slack }: Sandbox, { runs, person, nth, until }: Asking): Promise<readonly Asked[]> {
  const asked: Asked[] = [];
  const whispers = () => slack.messages(channel, { as: person }).filter(({ onlyYou }) => onlyYou !== undefined).length;
  for (let count = 0; performance.now() < until; count += 1) {
    const words = commandOf(count, nth);
    const before = whispers();
    const { ok } = await slack.types(person, channel, `/salvor ${words}`);
    const answer = ok ? await answered(words, before) : 'refused by Slack';
    asked.push({ words, answer });
    await wait(restMs);
  }
  note(`${person} asked ${asked.length} times`);
  return asked;

  async function answered(words: string, before: number): Promise<Asked['answer']> {
    const deadline = performance.now() + answerMs;
    while (performance.now() < deadline) {
      if (whispers() > before) return 'words';
      const recorded = await runs.list({ limit: 50 }).catch(() => []);
      if (recorded.some((run) => run.words === words)) return 'run';
      await wait(100);
    }
    return 'nothing';
  }
}
