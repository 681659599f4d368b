import type { Approved } from '../../../chatops/job.ts';
import { changesNothing } from '../../../chatops/plan.ts';
import type { JournalEntry } from '../../../ports/journal.ts';
import { begunIn } from '../../playbook/journal.ts';
import { compare } from './compare-holdings.ts';
import type { DecidedHop } from './decided.ts';
import { type HarborStep, harborSteps, isOwn, isTag } from './harbor-steps.ts';
import type { HarborTag } from './playbook.ts';
import { runTags } from './run-tags.ts';
import { committing, type UpgradeSite } from './upgrade-site.ts';
import { healthy } from './waiting.ts';

interface Undoing {
  readonly name: string;
  readonly work: readonly HarborTag[] | 'healthy' | 'compare' | 'writable';
}

/**
 * Takes back what was begun: the install directory and the database as they were before the first hop that was begun, and that version running on
 * them. May be done again after it was cut short. Answers the steps whose effects were taken back, which are noted as undone. Throws as steps do.
 */
export async function rollBack(
  site: UpgradeSite,
  journal: readonly JournalEntry[],
  { undoing, undone }: Pick<Approved, 'undoing' | 'undone'>,
): Promise<readonly string[]> {
  const { ports, decided, context } = site;
  const names = begunIn(journal);
  const begun = harborSteps(decided).filter(({ name }) => names.has(name));
  const hop = firstStopped(begun);
  const work = undoingOf(begun, hop);
  context.ahead(work.map(({ name }) => name));
  // Cut short, it is neither the one version nor the other: who resumes then does all of it again.
  for (const { name } of begun) await undoing(name);
  for (const { name, work: does } of work) {
    await context.step(name, async () => {
      if (does === 'writable') await ports.harbor.setReadOnly(decided.shared.harbor_name, false, committing(context));
      else if (!hop) throw new Error(`${name} belongs to no hop`);
      else if (does === 'healthy') await healthy(site, hop.variables.from);
      else if (does === 'compare') await compare(site, hop, 'Do not let anybody push. Look at its database.');
      else await runTags({ ansible: ports.ansible, decided, context }, does, hop.variables);
    });
  }
  const changed = begun.filter((step) => !changesNothing(step)).map(({ name }) => name);
  for (const name of changed.toReversed()) await undone(name);
  return changed;
}

/** The playbook goes back over several hops at once. */
const firstStopped = (begun: readonly HarborStep[]): DecidedHop | undefined => begun.find(isTag('down'))?.hop;

function undoingOf(begun: readonly HarborStep[], hop: DecidedHop | undefined): readonly Undoing[] {
  const isReadOnly = begun.some(isOwn('read-only'));
  const writable: readonly Undoing[] = isReadOnly ? [{ name: 'Make it writable again', work: 'writable' }] : [];
  if (!hop) return writable;
  const { from } = hop.variables;
  return [
    { name: `Put ${from} and its database back`, work: ['put-back'] },
    { name: `Start ${from} again`, work: ['up'] },
    { name: `Wait until ${from} is healthy again`, work: 'healthy' },
    { name: `Compare what ${from} holds again`, work: 'compare' },
    ...writable,
  ];
}
