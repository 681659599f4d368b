import type { AlertThreads } from '../../ports/alert-threads.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Measured, Runs } from '../../ports/runs.ts';
import type { Schedules } from '../../ports/schedules.ts';
import { type Actor, authorise, type Role } from '../access.ts';
import type { AlertRule } from '../alerts/alert-rule.ts';
import type { AlertThread } from '../alerts/alert-thread.ts';
import type { Keepers } from '../keepers.ts';
import type { Action, Table, Text } from '../report.ts';
import type { RunRecord } from '../run.ts';
import { automationSection } from './automation.ts';
import { clustersSection } from './clusters.ts';
import { recentSection, runningSection } from './runs.ts';
import { waitingSection } from './waiting.ts';

export interface HomeSection {
  readonly title: string;
  readonly lines: readonly Text[];
  readonly table?: Table;
  readonly actions?: readonly Action[];
}

/** What one person sees when they open the app: nothing that they may not look at. */
export interface Home {
  readonly sections: readonly HomeSection[];
}

export interface HomeParts {
  readonly catalogue: Catalogue;
  readonly runs: Runs;
  readonly keepers: Pick<Keepers, 'approvals' | 'leases' | 'freezes'>;
  readonly schedules: Schedules;
  /** Absent where no alerts come. */
  readonly alerts?:
    | { readonly threads: Pick<AlertThreads, 'firing'>; readonly rules: readonly AlertRule[] }
    | undefined;
  readonly clock: Clock;
  linkTo(runId: string): Promise<string | undefined>;
  /** A link to a message of ours. */
  linkToMessage(channel: string, ts: string): string | undefined;
}

/** What of it all a person may look at, read once for all sections. */
export interface Seen {
  readonly actor: Actor;
  readonly now: Date;
  readonly parts: HomeParts;
  readonly running: readonly RunRecord[];
  readonly recent: readonly RunRecord[];
  /** Of the newest runs of all, those that have ended; `recent` are the first of them. */
  readonly ended: readonly RunRecord[];
  readonly measured: readonly Measured[];
  readonly firing: readonly AlertThread[];
  may(role: Role, target: string): boolean;
}

const mostRunning = 10;
const mostRecent = 8;
/** Of many people's runs the newest are looked through for those of this person's targets. */
const lookedThrough = 100;

/** Throws Fault where Redis cannot be asked. */
export async function homeOf(actor: Actor, parts: HomeParts): Promise<Home> {
  const may = (role: Role, target: string) => authorise(actor, { role, target }).kind === 'yes';
  const visible = ({ target }: { readonly target: string }) => may('viewer', target);
  const [listed, measured, firing] = await Promise.all([
    parts.runs.list({ limit: lookedThrough }),
    parts.runs.measured(),
    parts.alerts?.threads.firing() ?? [],
  ]);
  const running = (await openRuns(parts.runs)).filter(visible).slice(0, mostRunning);
  const ended = listed.filter(visible).filter((run) => !running.some(({ id }) => id === run.id));
  const seen: Seen = {
    ...{ actor, now: parts.clock.now(), parts, running, measured, may },
    ...{ ended, recent: ended.slice(0, mostRecent), firing: firing.filter(visible) },
  };
  return {
    sections: [
      await waitingSection(seen),
      await runningSection(seen),
      await clustersSection(seen),
      await recentSection(seen),
      await automationSection(seen),
    ],
  };
}

/** The oldest hundred: who has more than that under way looks at the list of runs. */
async function openRuns(runs: Runs): Promise<readonly RunRecord[]> {
  for await (const page of runs.open()) return page;
  return [];
}
