import { beforeEach, expect, it } from 'vitest';
import { createHistory } from '../../src/adapters/history.ts';
import type { Run, RunState } from '../../src/chatops/run.ts';
import type { History } from '../../src/ports/history.ts';
import { createFakeClock, type FakeClock } from '../fakes/clock.ts';
import { createFakeLeases } from '../fakes/leases.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns, type FakeRuns } from '../fakes/runs.ts';
import { registryPeople as people } from '../people.ts';

let clock: FakeClock;
let runs: FakeRuns;
let leases: ReturnType<typeof createFakeLeases>;
let history: History;
beforeEach(() => {
  clock = createFakeClock();
  runs = createFakeRuns(clock, createFakeOutbox(clock));
  leases = createFakeLeases(clock, runs);
  history = createHistory({ runs, leases });
});

interface Was {
  readonly approval: NonNullable<Run['approval']>;
  readonly state?: Exclude<RunState, 'queued' | 'running'>;
  readonly by?: Run['actor'];
  readonly changed?: string;
  readonly isPaused?: true;
}

async function ran(id: string, { approval, state, by = people.alice, changed, isPaused }: Was): Promise<void> {
  clock.advance(60_000);
  await runs.admit({
    ...{ id, job: 'harbor', payload: { of: id }, target: 'reg-eu', targetKind: 'registry', site: 'main' },
    ...{ queue: 'danger', actor: by, words: 'harbor reg-eu 2.12', approval, createdAt: clock.now() },
  });
  await runs.begin(id, 'one');
  if (changed !== undefined) await runs.change(id, 1, { memory: { changed } });
  if (!state) return;
  const report = { tone: 'good' as const, title: `${id} ended`, ...(isPaused ? { isPaused } : {}) };
  await runs.end(id, 1, { state, report });
}

const pasts = () => history.approvedWork('reg-eu', 'harbor');

it('tells of work that went on in several runs what its newest says, and who asked for it', async () => {
  await ran('r-1', {
    approval: { id: 'a-1', mode: 'run' },
    state: 'done',
    changed: 'Harbor runs 2.12',
    isPaused: true,
  });
  await ran('r-2', { approval: { id: 'a-1', mode: 'resume', after: 'r-1' }, state: 'failed', by: people.bob });
  expect(await pasts()).toEqual([
    {
      ...{ approval: 'a-1', run: 'r-2', mode: 'resume', state: 'failed', isPaused: false, hasChanged: true },
      ...{ isHeld: false, title: 'r-2 ended', by: people.alice.name, payload: { of: 'r-2' }, at: clock.now() },
    },
  ]);
});

it('tells the newest first, and nothing of checks, of other work and of other targets', async () => {
  await ran('r-1', { approval: { id: 'a-1', mode: 'run' }, state: 'done' });
  await ran('r-2', { approval: { id: 'a-2', mode: 'run' } });
  await ran('r-3', { approval: { id: 'a-3', mode: 'check' }, state: 'done' });
  expect((await pasts()).map(({ approval, state }) => `${approval} ${state}`)).toEqual(['a-2 running', 'a-1 done']);
  expect(await history.approvedWork('reg-eu', 'restore')).toEqual([]);
  expect(await history.approvedWork('reg-us', 'harbor')).toEqual([]);
});

it('tells whether its target is held for it, or for other work', async () => {
  await ran('r-1', { approval: { id: 'a-1', mode: 'run' }, state: 'failed', changed: 'stopped' });
  await ran('r-2', { approval: { id: 'a-2', mode: 'run' }, state: 'done', isPaused: true });
  await leases.take({ target: 'harbor/reg-eu', run: 'r-2', approval: 'a-2', worker: 'one' });
  expect((await pasts()).map(({ approval, isHeld, isPaused }) => ({ approval, isHeld, isPaused }))).toEqual([
    { approval: 'a-2', isHeld: true, isPaused: true },
    { approval: 'a-1', isHeld: false, isPaused: false },
  ]);
});
