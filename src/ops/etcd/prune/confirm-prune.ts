import { z } from 'zod';
import { codeOf, mustConfirm } from '../../../chatops/confirmation.ts';
import { Refusal } from '../../../chatops/errors.ts';
import type { ObjectAt } from '../../../ports/objects.ts';
import { partsOfDataKey, partsOfVerificationKey } from '../backup/backup-layout.ts';
import { Instant } from '../backup/manifest.ts';
import type { KnownBackup } from './known-backups.ts';
import { isByRule, type PrunePlan } from './plan-prune.ts';

/** What a person confirms when they confirm a plan: that exactly these stay by the rules, and exactly these go. */
export const confirmationOf = (plan: PrunePlan): string => codeOf(agreementOf(plan));

/** What one attempt of a run tells the next one, so that it does the rest of what was confirmed and nothing else. */
const Begun = z.object({
  /** As of when it was judged: a lock that has ended since and what has become a leftover since are no part of it. */
  at: Instant,
  /** What stays by the rules, as a code: it must be the same after everything that went meanwhile. */
  stays: z.string(),
  /** A code for each backup and each leftover that goes. */
  goes: z.array(z.string()).readonly(),
});
export type Begun = z.infer<typeof Begun>;

/** Every batch writes down with the run what was removed, and this with it: 150 kB. */
const mostRemembered = 10_000;

/** For the memory of a run, once a plan is confirmed; undefined of one that is too long for it. */
export function begunWith(plan: PrunePlan): string | undefined {
  const goes = [...plan.removals.map(markOf), ...plan.leftovers.map(markOfObject)];
  if (goes.length > mostRemembered) return undefined;
  return JSON.stringify(z.encode(Begun, { at: plan.now, stays: stayingOf(plan), goes }));
}

export const parseBegun = (text: string): Begun => z.decode(Begun, JSON.parse(text));

/**
 * The plan to be carried out. Throws Refusal unless `code` confirms this one, or it is what is left of the one that a former attempt of the
 * same run had `begun` with, judged as of the same moment: then what stays must be the same, and what was not to go then does not go now.
 */
export function confirmedPlan(plan: PrunePlan, code: string, begun: Begun | undefined): PrunePlan {
  const { cluster, hold } = plan;
  if (hold) throw new Refusal(`Nothing of ${cluster.name} is removed: ${hold.why}.`, hold.next);
  const agreement = agreementOf(plan);
  if (begun?.stays === agreement.stays) return restOf(plan, begun);
  mustConfirm(agreement, code, `prune ${cluster.name}`);
  return plan;
}

/** Backups taken since were not judged: they come from the future only as seen from then. */
function restOf(plan: PrunePlan, { at, goes }: Begun): PrunePlan {
  const confirmed = new Set(goes);
  return {
    ...plan,
    decisions: plan.decisions.filter(({ backup: { takenAt } }) => takenAt <= at),
    removals: plan.removals.filter((backup) => confirmed.has(markOf(backup))),
    leftovers: plan.leftovers.filter(
      (object) => confirmed.has(markOfObject(object)) || confirmed.has(markOf(backupOf(object))),
    ),
  };
}

/** What stays by the rules, which is the same before, while and after a plan is carried out. */
function stayingOf({ cluster: { name, backup }, rules, decisions }: PrunePlan): string {
  const { bucket, prefix, copy } = backup;
  const byRule = decisions.filter(({ does, ground }) => does === 'keep' && isByRule(ground));
  return codeOf({ name, bucket, prefix, copy, rules, stays: byRule.map(({ backup: { stem } }) => stem) });
}

function agreementOf(plan: PrunePlan) {
  return {
    stays: stayingOf(plan),
    goes: plan.removals.map(({ stem }) => stem),
    leftovers: plan.leftovers.map(({ bucket, key }) => [bucket, key]),
  };
}

/** By its id, which is all that the objects say that are left of one whose removal was interrupted. */
const markOf = ({ id }: Pick<KnownBackup, 'id'>): string => codeOf({ id });
const markOfObject = ({ bucket, key }: ObjectAt): string => codeOf({ bucket, key });

const backupOf = ({ key }: ObjectAt) => ({ id: (partsOfDataKey(key) ?? partsOfVerificationKey(key))?.id ?? '' });
