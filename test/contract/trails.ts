import { beforeEach, describe, expect, it } from 'vitest';
import type { AlertThreads } from '../../src/ports/alert-threads.ts';
import type { Approvals } from '../../src/ports/approvals.ts';
import type { Runs } from '../../src/ports/runs.ts';
import type { Trails } from '../../src/ports/trails.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import { aThread } from './alert-threads.ts';
import { aRun } from './runs.ts';

export interface TrailsUnderTest {
  readonly trails: Trails;
  readonly runs: Runs;
  readonly approvals: Approvals;
  readonly threads: AlertThreads;
}

/** Of a trace with this number. */
const mark = (nth: number, span = nth): string => `00-${`${nth}`.padStart(32, '0')}-${`${span}`.padStart(16, '0')}-01`;

/** What is promised of trails: they lie with runs, approvals and groups of alerts, and change nothing of those. */
export function trailsContract(name: string, setUp: () => Promise<TrailsUnderTest>): void {
  describe(`trails: ${name}`, () => {
    let all: TrailsUnderTest;

    beforeEach(async () => {
      all = await setUp();
    });

    async function aRunThere(): Promise<string> {
      const run = aRun();
      await all.runs.admit(run);
      return run.id;
    }

    it('answer what other traces left before, oldest first, of each thing its own', async () => {
      const [one, other] = [await aRunThere(), await aRunThere()];
      expect(await all.trails.leave(one, mark(1))).toEqual([]);
      expect(await all.trails.leave(one, mark(2))).toEqual([mark(1)]);
      expect(await all.trails.leave(one, mark(3))).toEqual([mark(1), mark(2)]);
      expect(await all.trails.leave(other, mark(3))).toEqual([]);
    });

    it('take one mark of each trace', async () => {
      const id = await aRunThere();
      await all.trails.leave(id, mark(1));
      await all.trails.leave(id, mark(2, 20));
      expect(await all.trails.leave(id, mark(2, 21))).toEqual([]);
      expect(await all.trails.leave(id, mark(1, 10))).toEqual([]);
      expect(await all.trails.leave(id, mark(3))).toEqual([mark(1), mark(2, 20)]);
    });

    it('keep the first and the latest of very many', async () => {
      const id = await aRunThere();
      for (let nth = 1; nth <= 40; nth += 1) await all.trails.leave(id, mark(nth));
      const latest = Array.from({ length: 15 }, (_, nth) => mark(26 + nth));
      expect(await all.trails.leave(id, mark(41))).toEqual([mark(1), ...latest]);
    });

    it('are not begun for what is not there, or what is nothing of ours', async () => {
      for (const id of ['r-gone', 'a-gone', 'g-gone-1', 'x-1', '']) {
        await all.trails.leave(id, mark(1));
        expect(await all.trails.leave(id, mark(2))).toEqual([]);
      }
      expect(await all.runs.find('r-gone')).toBeUndefined();
      expect(await all.approvals.find('a-gone')).toBeUndefined();
    });

    it('leave runs, approvals and groups of alerts as they are, and stay when those change', async () => {
      const { trails, runs, approvals, threads } = all;
      const id = await aRunThere();
      const approval = await approvals.open(anApproval());
      const thread = aThread();
      await threads.replace(thread);
      const found = () => Promise.all([runs.find(id), approvals.find(approval.id), threads.find(thread.id)]);
      const before = await found();
      for (const one of [id, approval.id, thread.id]) await trails.leave(one, mark(1));
      expect(await found()).toEqual(before);
      await runs.begin(id, 'w-1');
      await approvals.replace({ ...approval, version: 2 });
      await threads.replace({ ...thread, version: thread.version + 1 });
      for (const one of [id, approval.id, thread.id]) expect(await trails.leave(one, mark(2))).toEqual([mark(1)]);
    });

    it('begin anew with the next thread of a group', async () => {
      const { trails, threads } = all;
      const thread = aThread();
      await threads.replace(thread);
      await trails.leave(thread.id, mark(1));
      const next = { ...thread, id: thread.id.replace(/\d+$/, '2'), version: thread.version + 1 };
      expect(await threads.replace(next)).toBe(true);
      expect(await trails.leave(next.id, mark(2))).toEqual([]);
    });
  });
}
