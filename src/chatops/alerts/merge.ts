import type { AlertThread, ToldAlert } from './alert-thread.ts';
import { groupId, type Told } from './told.ts';

/** Alerts that a thread keeps. */
const mostAlerts = 50;
/** Characters of the group's key that it keeps, for people. */
const mostOfKey = 1000;
/** Another Alertmanager of the same cluster may be so late with what it heard before. */
const lateMs = 5 * 60_000;
/** What fires again so soon is still the same trouble: it goes on in the thread that it had. */
const reopenMs = 15 * 60_000;
/** Alertmanager repeats what fires every few hours; of what it is silent about for so long it will say nothing more. */
export const forgottenMs = 25 * 60 * 60_000;

/**
 * A group's thread after a notification: `before` is the one it had last. The same notification again, or an older one that comes late, changes nothing
 * but the count. Undefined where there is nothing to tell: all of it is over, and nobody ever heard of it.
 */
export function merge(
  before: AlertThread | undefined,
  told: Told,
  { now, channel }: { readonly now: Date; readonly channel: string },
): AlertThread | undefined {
  const kept = before && !isClosed(before, now) ? before : undefined;
  const all = mergeAlerts(kept?.alerts ?? [], told, now);
  const isFiring = all.some(({ endedAt }) => endedAt === undefined);
  if (!isFiring && !kept) return undefined;
  const alerts = all.slice(0, mostAlerts);
  const about = {
    ...{ alerts, truncated: told.truncated, untold: all.length - alerts.length, toldAt: now },
    ...{ labels: told.labels, labelsLeft: told.labelsLeft },
    ...(told.source === undefined ? {} : { source: told.source }),
  };
  if (!kept) {
    const nth = before ? Number(before.id.split('-').at(-1)) + 1 : 1;
    return {
      ...{ id: `${groupId(told.groupKey, told.target)}-${nth}`, version: (before?.version ?? 0) + 1 },
      ...{ groupKey: told.groupKey.slice(0, mostOfKey), target: told.target, state: 'firing', ...about },
      ...{ notifications: 1, startedAt: now, decisions: [], thread: { channel } },
    };
  }
  const { resolvedAt = now, silenced, ...thread } = kept;
  // Alertmanager tells of it again: its silence is over, and may be wanted anew.
  const isSilent = silenced !== undefined && silenced.until > now;
  return {
    ...(isSilent ? { silenced } : {}),
    ...{ ...thread, ...about, version: kept.version + 1, notifications: kept.notifications + 1 },
    ...(isFiring ? { state: 'firing' } : { state: 'resolved', resolvedAt }),
  };
}

const isClosed = ({ resolvedAt }: AlertThread, now: Date): boolean =>
  resolvedAt !== undefined && now.getTime() - resolvedAt.getTime() > reopenMs;

/** Nothing was told of it for a day: it is over, as far as anybody knows. Undefined while that is not so. */
export function forget(thread: AlertThread, now: Date): AlertThread | undefined {
  if (thread.state === 'resolved' || now.getTime() - thread.toldAt.getTime() < forgottenMs) return undefined;
  const alerts = thread.alerts.map((alert) => (alert.endedAt ? alert : { ...alert, endedAt: thread.toldAt }));
  return { ...thread, version: thread.version + 1, state: 'resolved', resolvedAt: now, alerts };
}

/** Firing ones first, of each kind the newest first. */
function mergeAlerts(known: readonly ToldAlert[], told: Told, now: Date): readonly ToldAlert[] {
  const all = new Map(known.map((alert) => [alert.fingerprint, alert]));
  for (const alert of told.alerts) {
    const before = all.get(alert.fingerprint);
    all.set(alert.fingerprint, before ? mergeAlert(before, alert, now) : alert);
  }
  const overAt = told.isOver ? latestEnd(told) : undefined;
  const ended = [...all.values()].map((alert) =>
    overAt && !alert.endedAt && latestStart(alert) <= overAt ? { ...alert, endedAt: overAt } : alert,
  );
  return ended.toSorted(
    (a, b) => Number(a.endedAt !== undefined) - Number(b.endedAt !== undefined) || +b.startsAt - +a.startsAt,
  );
}

/** Two Alertmanagers may tell of one firing with starts that differ, and one of them late: in whatever order, what is last in time counts. */
function mergeAlert(before: ToldAlert, told: ToldAlert, now: Date): ToldAlert {
  const { endedAt, startsAt } = before;
  if (endedAt === undefined) {
    const latest = latestStart(before);
    if (told.endedAt !== undefined) return told.endedAt < latest ? before : { ...told, startsAt };
    const newest = new Date(Math.max(+told.startsAt, +latest));
    return { ...told, startsAt, ...(newest > startsAt ? { latestStart: newest } : {}) };
  }
  if (told.endedAt !== undefined) return told.endedAt > endedAt ? told : before;
  const isLate = told.startsAt <= endedAt && +now - +endedAt < lateMs;
  return isLate ? before : told;
}

const latestStart = ({ latestStart: latest, startsAt }: ToldAlert): Date => latest ?? startsAt;

/** When the last of them ended; undefined where none did. */
const latestEnd = ({ alerts }: Told): Date | undefined =>
  alerts.map(({ endedAt }) => endedAt).reduce((a, b) => (a && b && a > b ? a : (b ?? a)), undefined);
