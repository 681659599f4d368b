import { z } from 'zod';
import type { Fact, Text, Value } from '../../../chatops/report.ts';
import { hasEnded } from '../../../chatops/run.ts';
import type { PastWork } from '../../../ports/history.ts';
import { Decided } from '../upgrade/decided.ts';
import { plainPath } from '../upgrade/in-words.ts';

/** What of an upgrade's payload is told: payloads of older versions of Salvor may lack it. */
const Payload = z.object({ decided: Decided.pick({ hops: true }) });

/** How the newest upgrade stands, where it is not at its end; and the last one that is. */
export interface PastUpgrades {
  readonly open?: PastWork | undefined;
  readonly last?: PastWork | undefined;
}

/** `work` newest first. What changed nothing is no upgrade, and what others began since is no longer the newest. */
export function pastUpgrades(work: readonly PastWork[]): PastUpgrades {
  const told = work.filter((one) => one.hasChanged || isAtEnd(one) || !hasEnded(one.state));
  const [newest] = told;
  return { open: newest && !isAtEnd(newest) ? newest : undefined, last: told.find(isAtEnd) };
}

const isAtEnd = ({ state, isPaused }: PastWork): boolean => state === 'done' && !isPaused;

export function upgradeFacts({ open, last }: PastUpgrades): readonly Fact[] {
  return [
    ...(open ? [{ label: 'Upgrade not at its end', value: openInWords(open), onCard: true }] : []),
    {
      label: 'Last upgrade',
      value: last ? lastInWords(last) : 'none on record here',
      onCard: true,
    },
  ];
}

/** The next command where an upgrade waits for a word; undefined otherwise. */
export function nextOfOpen({ open }: PastUpgrades): Text | undefined {
  if (!open || !hasEnded(open.state) || !open.isHeld) return undefined;
  const goOn: Value = { command: `resume ${open.approval}` };
  return ['Go on with it: ', goOn, ' — or take it back: ', { command: `rollback ${open.approval}` }];
}

function lastInWords(work: PastWork): Text {
  const undone = work.mode === 'rollback' ? ': rolled back' : '';
  return [`${wayInWords(work)}${undone}, `, ...whenAndWho(work)];
}

function openInWords(work: PastWork): Text {
  if (!hasEnded(work.state)) return [`${wayInWords(work)}: under way, `, ...whenAndWho(work)];
  const released = work.isHeld
    ? ''
    : '. Nobody holds the registry for it any more: look at its host before you plan anew';
  const how = work.isPaused ? 'waits between two versions' : 'stopped half-way';
  return [`${wayInWords(work)}: ${how}, `, ...whenAndWho(work), ...(work.title ? [`. ${work.title}`] : []), released];
}

function wayInWords({ payload }: PastWork): string {
  const { data } = Payload.safeParse(payload);
  return data ? plainPath(data.decided.hops.map(({ variables }) => variables)) : 'an unknown way';
}

const whenAndWho = ({ at, by, run }: PastWork): readonly Value[] => [
  { time: at.toISOString() },
  `, asked for by ${by}, run `,
  { code: run },
];
