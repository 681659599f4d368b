import { Refusal } from '../../../chatops/errors.ts';
import type { Approved } from '../../../chatops/job.ts';
import { changesNothing } from '../../../chatops/plan.ts';
import type { WorkOptions } from '../../../ports/etcd.ts';
import type { JournalEntry } from '../../../ports/journal.ts';
import { begunIn } from '../../playbook/journal.ts';
import { checkEtcd } from './check-restored.ts';
import type { Decided } from './decided.ts';
import type { RestoreSite } from './restore-site.ts';
import { type RestoreStep, restoreSteps } from './restore-steps.ts';
import { runTags } from './run-tags.ts';
import type { RestoreTag } from './steps.ts';

const settleMs = 10 * 60_000;

interface Undoing {
  readonly name: string;
  readonly tag: RestoreTag | 'check-etcd';
  readonly hosts: readonly string[];
}

/**
 * Takes back what was begun, and no more: the old data directories where they were, and everything running on them again. May be done again after it was
 * cut short. Answers the steps whose effects were taken back, which are noted as undone. Throws Fault like steps do.
 */
export async function rollBack(
  site: RestoreSite,
  journal: readonly JournalEntry[],
  { undoing, undone }: Pick<Approved, 'undoing' | 'undone'>,
): Promise<readonly string[]> {
  const { decided, context } = site;
  const steps = begunIn(journal);
  const begun = restoreSteps(decided).filter(({ name }) => steps.has(name));
  mustBePossible(decided, begun);
  const work = undoingOf(decided, begun);
  context.ahead(work.map(({ name }) => name));
  // Cut short, it leaves some hosts as they were and some not: who resumes then does all of it again.
  for (const { name } of begun.filter(mayComeAgain)) await undoing(name);
  for (const { name, tag, hosts } of work) {
    await context.step(name, async () => {
      if (tag === 'check-etcd') await checkOld(site);
      else await runTags(site, [tag], hosts);
    });
  }
  const names = begun.filter((step) => !changesNothing(step)).map(({ name }) => name);
  for (const name of names.toReversed()) await undone(name);
  return names;
}

/** All but the snapshot of what was there: what it was to save is no more. */
const mayComeAgain = ({ does }: RestoreStep): boolean => !(does.kind === 'own' && does.work === 'save');

/** A member that was taken out is a stranger to its cluster for good, with its old data. */
function mustBePossible({ lost, shared }: Decided, begun: readonly RestoreStep[]): void {
  const removed = begun.find(({ does }) => does.kind === 'own' && does.work === 'remove-member');
  if (!removed) return;
  const names = lost.map(({ name }) => name).join(', ');
  throw new Refusal(
    `${names} cannot go back: ${shared.restore_cluster} has taken it out, and knows its old data no more.`,
    'Resume: it joins anew and loses nothing. The others have their quorum meanwhile.',
  );
}

/** In the order in which things may be done: nothing runs while directories are renamed, and nothing starts before etcd is well. */
function undoingOf(decided: Decided, begun: readonly RestoreStep[]): readonly Undoing[] {
  const tags = new Set(begun.flatMap(({ does }) => (does.kind === 'playbook' ? does.tags : [])));
  const hosts = touchedIn(decided, begun);
  const withApi = decided.hosts.filter(({ variables }) => variables.apiserver_service).map(({ name }) => name);
  const cached = decided.hosts.filter(({ variables }) => variables.afterwards_services.length > 0);
  const isMoved = tags.has('move-aside') || tags.has('restore');
  const isDown = tags.has('stop-etcd');
  // Started without data, a member would begin a cluster of its own.
  const startable = isDown ? hosts.filter((name) => decided.withData.includes(name)) : [];
  const stops: readonly Undoing[] = [
    { name: 'Stop API servers again', tag: 'stop-apiservers', hosts: tags.has('start-apiservers') ? withApi : [] },
    { name: 'Stop etcd again', tag: 'stop-etcd', hosts: isMoved ? hosts : [] },
    { name: 'Put the old data back', tag: 'put-back', hosts: isMoved ? hosts : [] },
  ];
  const starts: readonly Undoing[] = [
    { name: 'Start etcd on the old data', tag: 'start-etcd', hosts: startable },
    { name: 'Check etcd on the old data', tag: 'check-etcd', hosts: isDown && decided.wasWell ? hosts : [] },
    { name: 'Start API servers again', tag: 'start-apiservers', hosts: tags.has('stop-apiservers') ? withApi : [] },
    {
      name: 'Restart what remembers again',
      tag: 'restart-afterwards',
      hosts: tags.has('start-apiservers') ? cached.map(({ name }) => name) : [],
    },
  ];
  const clearing: Undoing = {
    ...{ name: 'Clear away what was put there', tag: 'clear-away' },
    hosts: tags.has('fetch') || tags.has('copy-data') ? hosts : [],
  };
  return [...stops, ...starts, clearing].filter(({ hosts }) => hosts.length > 0);
}

function touchedIn(decided: Decided, begun: readonly RestoreStep[]): readonly string[] {
  if (decided.variant !== 'replace') return decided.hosts.map(({ name }) => name);
  const touched = begun.flatMap(({ does }) =>
    does.kind === 'playbook' && does.tags.includes('stop-etcd') ? does.hosts : [],
  );
  return [...new Set(touched)];
}

async function checkOld({ ports: { etcd }, decided, context }: RestoreSite): Promise<void> {
  const wait: WorkOptions = { timeLimitMs: settleMs, signal: context.signal };
  const { leader, revision } = await checkEtcd(etcd, decided, wait);
  context.detail(`${leader} leads, at revision ${revision}`);
}
