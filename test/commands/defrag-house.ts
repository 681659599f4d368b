import { expect } from 'vitest';
import type { RunRecord } from '../../src/chatops/run.ts';
import { startedRun } from '../bot.ts';
import { people } from '../people.ts';
import { type House, type HouseSetup, openHouse } from './snapshot-house.ts';

/** A bot with a cluster of three that is worth defragmenting: etcd-1 leads. */
export interface DefragHouse extends House {
  /** Alice types it, a worker works it off; answers how it ended and what people read then. */
  asks(words: string): Promise<Ended>;
  /** The words under the plan, as the button types them. */
  plans(): Promise<string>;
  /** Looks at the plan and agrees to it. */
  defragments(): Promise<Ended>;
  /** What each member's file has, by name. */
  sizes(): Promise<Readonly<Record<string, number>>>;
  /** The worker of the newest run is gone, and another one has taken the run. */
  dies(): Promise<void>;
  /** The one that took the run works on it. */
  resumes(id: string): Promise<Ended>;
}

export interface Ended {
  readonly run: RunRecord;
  /** Nothing while the run has not ended. */
  readonly says: string;
}

const mib = 1024 ** 2;
export const fragmented = { databaseBytes: 800 * mib, inUseBytes: 300 * mib };
export const compact = { databaseBytes: 310 * mib, inUseBytes: 300 * mib };

export async function openDefragHouse(setup: HouseSetup = {}): Promise<DefragHouse> {
  const house = await openHouse(setup);
  for (let nth = 1; nth <= (setup.members ?? 3); nth++) house.prod.holds(`etcd-${nth}`, fragmented);
  const ended = async (id: string): Promise<Ended> => {
    const run = await house.bot.runs.find(id);
    if (!run) throw new Error(`there is no run ${id}`);
    return { run, says: run.report ? await house.bot.result(id) : '' };
  };
  const asks: DefragHouse['asks'] = async (words) => {
    const { id } = startedRun(await house.bot.types(people.alice, words));
    expect(house.bot.reply()).toBe(`run ${id} started\n`);
    await house.bot.works();
    return ended(id);
  };
  const plans = async () => {
    const { says } = await asks('/salvor defrag prod-1');
    const [words] = /defrag prod-1 --confirm [0-9a-f]{12}/.exec(says) ?? [];
    if (words === undefined) throw new Error(`nothing to agree to: ${says}`);
    return words;
  };
  return {
    ...house,
    asks,
    plans,
    defragments: async () => asks(`/salvor ${await plans()}`),
    async sizes() {
      const { members } = await house.etcd.survey('prod-1');
      return Object.fromEntries(members.map(({ name, status }) => [name, (status?.databaseBytes ?? 0) / mib]));
    },
    async dies() {
      for (const { id } of await house.bot.runs.list({ limit: 1 })) await house.bot.runs.begin(id, 'worker-2');
    },
    async resumes(id) {
      house.bot.requeues(id);
      await house.bot.works();
      return ended(id);
    },
  };
}
