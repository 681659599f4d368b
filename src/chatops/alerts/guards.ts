import type { AlertThreads } from '../../ports/alert-threads.ts';
import type { Alertmanager } from '../../ports/alertmanager.ts';
import type { Freezes } from '../../ports/freezes.ts';
import type { Leases } from '../../ports/leases.ts';
import { Fault } from '../errors.ts';
import { counted } from '../format.ts';
import { leaseTarget } from '../held-back.ts';
import type { TargetKind } from '../target.ts';
import type { AlertThread, Guard } from './alert-thread.ts';
import type { Matter } from './triage.ts';

export interface GuardParts {
  readonly threads: Pick<AlertThreads, 'firing'>;
  readonly freezes: Pick<Freezes, 'holding'>;
  readonly leases: Pick<Leases, 'find'>;
  /** Absent where salvor.yaml names none: then nobody can say whether something still fires. */
  readonly alertmanager: Pick<Alertmanager, 'firing'> | undefined;
  /** No automatic write while more targets than this fire at once: then the trouble is not theirs. */
  readonly mostTargets: number;
}

/** What must hold before Salvor writes by itself, each with what was found. Throws Fault where Redis cannot be asked. */
export async function guardsOf(
  { alert }: Pick<Matter, 'alert'>,
  thread: AlertThread,
  targetKind: TargetKind,
  parts: GuardParts,
): Promise<readonly Guard[]> {
  const { target } = thread;
  const [freeze, lease, firing, still] = await Promise.all([
    parts.freezes.holding(target),
    parts.leases.find(leaseTarget({ target, targetKind })),
    parts.threads.firing(),
    stillFiring(alert.fingerprint, thread, parts.alertmanager),
  ]);
  const targets = new Set([...firing.map((one) => one.target), target]).size;
  return [
    { name: 'still firing', ...still },
    guard('no alert left out', thread.truncated === 0, `Alertmanager left ${counted(thread.truncated, 'alert')} away`),
    guard(
      'not on many targets at once',
      targets <= parts.mostTargets,
      `${targets} targets fire at once, more than the ${parts.mostTargets} allowed`,
    ),
    guard('not frozen', !freeze, `${freeze?.target === 'all' ? 'everything' : target} is frozen by ${freeze?.by}`),
    guard('not held by a run', !lease, `run ${lease?.run} holds ${target}`),
  ];
}

const guard = (name: string, holds: boolean, otherwise: string): Guard => ({
  name,
  holds,
  why: holds ? 'yes' : otherwise,
});

/** Asked anew: what we were told may be a minute old. Who does not answer has not said yes. */
async function stillFiring(
  fingerprint: string,
  { labels }: AlertThread,
  alertmanager: GuardParts['alertmanager'],
): Promise<Omit<Guard, 'name'>> {
  if (!alertmanager) return { holds: false, why: 'salvor.yaml names no Alertmanager to ask' };
  try {
    const holds = (await alertmanager.firing(labels)).has(fingerprint);
    return { holds, why: holds ? 'yes' : 'Alertmanager says that it does not fire, or is silenced' };
  } catch (error) {
    if (!(error instanceof Fault)) throw error;
    return { holds: false, why: error.message };
  }
}

/** 'not frozen; still firing', or undefined where all of them hold. */
export const failedGuards = (guards: readonly Guard[]): string | undefined =>
  guards
    .filter(({ holds }) => !holds)
    .map(({ why }) => why)
    .join('; ') || undefined;
