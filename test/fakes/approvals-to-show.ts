import type { Approval } from '../../src/chatops/approval.ts';
import { digestOf, type Plan } from '../../src/chatops/plan.ts';

export const aPlan = (change: Partial<Plan> = {}): Plan => ({
  action: 'restore',
  target: 'prod-1',
  payload: { cluster: 'prod-1', backup: 'r-k7m2p9x4tq' },
  observed: { Backup: 'r-k7m2p9x4tq', 'Member etcd-1': '3.5.21, voter' },
  steps: [
    {
      name: 'Stop etcd everywhere',
      commands: [{ on: 'etcd-1', command: 'systemctl stop etcd' }],
      changes: 'etcd is down',
    },
    {
      ...{ name: 'Restore on every member', commands: [{ on: 'etcd-1', command: 'etcdutl snapshot restore …' }] },
      ...{ changes: 'the backup is in place of the data', isPointOfNoReturn: true },
    },
  ],
  losses: ['All that was written in the last 7 h: about 1 204 revisions.', '3 secrets and 1 deployment changed since.'],
  wayBack: 'The old data directories are moved aside, never deleted: rollback puts them back.',
  report: { tone: 'warning', title: 'Plan to restore prod-1' },
  ...change,
});

/** An approval that waits for two votes, of a plan that run r-plan made for Alice in #prod-1. */
export function anApproval(change: Partial<Approval> = {}): Approval {
  const plan = change.plan ?? aPlan();
  return {
    ...{ id: 'a-1', version: 1, state: 'pending', plan, digest: digestOf(plan), site: 'main' },
    requester: { id: 'U0ALICE', team: 'T0LOCAL', name: 'alice' },
    words: 'restore prod-1 latest --reason "bad RBAC rollout"',
    rule: { votes: 2, collectMs: 3_600_000, startMs: 900_000, stepUp: false },
    plannedBy: 'r-plan',
    thread: { channel: 'C0PROD1' },
    votes: [],
    runs: [],
    createdAt: new Date('2026-03-01T09:00:00Z'),
    expiresAt: new Date('2026-03-01T10:00:00Z'),
    ...change,
  };
}
