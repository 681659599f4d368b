import { expect } from 'vitest';
import type { Actor } from '../../src/chatops/access.ts';
import type { Approval } from '../../src/chatops/approval.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { type Bot, startedRun } from '../bot.ts';

/** What people do with approved work. */
export interface Approving {
  /** Alice asks, a worker plans: the run as it ended. */
  asks(words: string): Promise<{ readonly run: RunRecord; readonly says: string }>;
  /** The same, when a plan must come of it. */
  plans(words: string): Promise<Approval>;
  approval(id: string): Promise<Approval>;
  /** Bob and Carol agree, and a worker carries it out. Answers the last run. */
  approves(id: string): Promise<RunRecord>;
  /** Somebody says `resume` or `rollback`, and a worker does it. Past the point of no return the way back takes an approver who has not asked. */
  does(word: 'resume' | 'rollback', id: string): Promise<RunRecord>;
  /** Alice asks for what is refused: why, in one line. */
  refused(words: string): Promise<string>;
}

export function approving(
  bot: Bot,
  { alice, bob, carol }: Readonly<Record<'alice' | 'bob' | 'carol', Actor>>,
  channel?: string,
): Approving {
  const where = channel === undefined ? {} : { channel };
  const approval = async (id: string) => {
    const found = await bot.approvals.find(id);
    if (!found) throw new Error(`there is no approval ${id}`);
    return found;
  };
  const lastRun = async (id: string) => {
    await bot.works();
    const run = await bot.runs.find((await approval(id)).runs.at(-1) ?? '');
    if (!run) throw new Error('nothing was begun');
    return run;
  };
  const asks = async (words: string) => {
    const { id } = startedRun(await bot.types(alice, words, where));
    bot.reply();
    await bot.works();
    const run = await bot.runs.find(id);
    if (!run) throw new Error(`there is no run ${id}`);
    return { run, says: await bot.result(id) };
  };
  return {
    ...{ asks, approval },
    async plans(words) {
      const { run, says } = await asks(words);
      const found = await bot.approvals.find(run.id.replace('r-', 'a-'));
      if (!found) throw new Error(`no plan came of it: ${says}`);
      return found;
    },
    async approves(id) {
      for (const one of [bob, carol]) {
        await bot.answers(one, id);
        bot.reply();
      }
      return lastRun(id);
    },
    async does(word, id) {
      await bot.types(word === 'rollback' ? bob : alice, `/salvor ${word} ${id}`, where);
      bot.reply();
      return lastRun(id);
    },
    async refused(words) {
      const { run, says } = await asks(words);
      expect(run.state).toBe('refused');
      expect(says).toMatch(/Nothing was changed|^ {2}Changed {2}nothing$/m);
      return says.replaceAll(/\s+/g, ' ');
    },
  };
}
