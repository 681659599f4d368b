import { z } from 'zod';
import { Plan } from './plan.ts';
import { Thread } from './run.ts';

/** Who must agree, and how long there is for it. From salvor.yaml, by environment; a part of what is agreed to by its `policy` line in the plan. */
export const ApprovalRule = z.object({
  /** Of other people than the one who asked. */
  votes: z.int().min(1),
  collectMs: z.number(),
  /** From the last vote to the start. */
  startMs: z.number(),
  /** A vote counts only once its person has proven who they are to the organisation's OIDC provider. */
  stepUp: z.boolean(),
});
export type ApprovalRule = z.infer<typeof ApprovalRule>;

/**
 * pending -> approved -> running -> done | paused | failed; a paused or failed one -> running (resumed or rolled back) -> done | paused | failed |
 * undone; a pending or approved one may end as one of the others.
 */
export const ApprovalState = z.enum([
  'pending',
  'approved',
  'running',
  'paused',
  'done',
  'failed',
  'undone',
  'rejected',
  'expired',
  'superseded',
  'cancelled',
]);
export type ApprovalState = z.infer<typeof ApprovalState>;

/** Somebody as approvals know them: ids count, never names. */
export const Voter = z.object({ id: z.string(), team: z.string().optional(), name: z.string() });
export type Voter = z.infer<typeof Voter>;

export const Vote = z.object({
  by: Voter,
  at: z.coerce.date(),
  /** The subject and issuer that proved it, where step-up is asked for. */
  provenAs: z.string().optional(),
});
export type Vote = z.infer<typeof Vote>;

/**
 * The agreement of other people to one plan, from the moment it is asked for. Its id is 'a-' and what follows the 'r-' of the run that planned it. Every change is a
 * compare-and-set by `version`; what Slack shows is only a view.
 */
export const Approval = z.object({
  id: z.string(),
  version: z.number(),
  state: ApprovalState,
  plan: Plan,
  digest: z.string(),
  site: z.string(),
  requester: Voter,
  /** The command as typed. */
  words: z.string(),
  rule: ApprovalRule,
  /** The run that made the plan: what is said about the approval stands in its thread. */
  plannedBy: z.string(),
  thread: Thread.optional(),
  /** Of its message in that thread, once it is posted. Set by `address` alone, which is no new version. */
  messageTs: z.string().optional(),
  votes: z.array(Vote).readonly(),
  createdAt: z.coerce.date(),
  /** Votes are taken until then; once approved, it must begin until then. */
  expiresAt: z.coerce.date(),
  remindedAt: z.coerce.date().optional(),
  /** The run that carries it out, named when it is approved: one only, then those that resume it or roll it back. */
  runs: z.array(z.string()).readonly(),
  /** Who ended it otherwise than by running it, and why. */
  ended: z.object({ by: z.string(), at: z.coerce.date(), reason: z.string().optional() }).optional(),
  /** The approval of the plan that took the place of this one, and what was different. */
  superseded: z.object({ by: z.string().optional(), differences: z.array(z.string()).readonly() }).optional(),
  /** Before anything is begun a worker asks a bot whether the people still hold their rights: only a bot knows the groups. */
  clearance: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('asked'), run: z.string(), at: z.coerce.date() }),
      z.object({ kind: z.literal('given'), run: z.string(), at: z.coerce.date() }),
      z.object({ kind: z.literal('refused'), run: z.string(), at: z.coerce.date(), why: z.string() }),
    ])
    .optional(),
});
export type Approval = z.infer<typeof Approval>;

export type Answer =
  /** `typed` is what the person typed as the target's name; `digest` is of the plan that they were shown. */
  | { readonly kind: 'approve'; readonly typed: string; readonly digest: string; readonly provenAs?: string }
  | { readonly kind: 'reject'; readonly reason?: string };

export const isOpenApproval = ({ state }: Approval): boolean => state === 'pending' || state === 'approved';

/** Kept while somebody has to look after it: open, or under way. */
export const isUnsettled = (approval: Approval): boolean => isOpenApproval(approval) || approval.state === 'running';
