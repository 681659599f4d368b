import type { Actor } from '../../src/chatops/access.ts';
import type { RunRecord, Step } from '../../src/chatops/run.ts';

export const alice: Actor = { kind: 'person', id: 'U0ALICE', team: 'T0LOCAL', name: 'alice', grants: [] };
export const noon = new Date('2026-11-23T12:00:00Z');
export const at = (seconds: number): Date => new Date(noon.getTime() + seconds * 1000);

const names = ['choose a member', 'read its status', 'stream to S3', 'read back', 'write the manifest'];

/** Steps of a snapshot of which `done` are complete and the next is in `state`. */
export function steps(done: number, state: Step['state'] = 'in_progress'): Step[] {
  return names.map((name, index) => {
    if (index < done) return { name, state: 'complete', startedAt: at(index), endedAt: at(index + 1) };
    return index === done ? { name, state, startedAt: at(index) } : { name, state: 'pending' };
  });
}

/** A run of a snapshot that has just been asked for; `more` says how far it got. */
export function runRecord(more: Partial<RunRecord> = {}): RunRecord {
  return {
    id: 'r-k7m2p9x4tq',
    job: 'snapshot',
    payload: { cluster: 'prod-1' },
    target: 'prod-1',
    site: 'main',
    queue: 'write',
    lock: 'etcd/prod-1',
    actor: alice,
    words: 'snapshot prod-1 --reason "before the CNI change"',
    thread: { channel: 'C0PROD1' },
    createdAt: noon,
    state: 'queued',
    attempt: 0,
    handovers: 0,
    steps: [],
    ...more,
  };
}
