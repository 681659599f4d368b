import { Fault } from '../../../chatops/errors.ts';
import { counted, firstFew, timeInWords } from '../../../chatops/format.ts';
import type { Harbor } from '../../../ports/harbor.ts';
import type { JournalEntry } from '../../../ports/journal.ts';
import { holdingsInWords, missingIn } from './compare.ts';
import type { Decided, DecidedHop } from './decided.ts';
import { harborSteps, isMadeReadOnly, isOwn } from './harbor-steps.ts';
import { Holdings, readHoldings } from './holdings.ts';
import type { UpgradeSite } from './upgrade-site.ts';

/**
 * Of the version that is to be replaced. Where a way back was cut short before it changed anything one of ours runs, maybe with less in it: what was
 * written down before stands.
 */
export async function writeDown({ ports, decided, context, approved }: UpgradeSite, hop: DecidedHop): Promise<void> {
  const { harbor_name: registry } = decided.shared;
  const now = await readHoldings(ports.harbor, registry, { signal: context.signal });
  const isOurs = decided.hops.some(({ variables }) => variables.to === now.version);
  const isToBeReplaced = now.version === hop.variables.from;
  const before = isOurs && !isToBeReplaced ? writtenDown(await approved.journal(), decided, hop) : undefined;
  const holdings = before?.holdings ?? now;
  mustBeOf(hop, registry, holdings);
  approved.keep(JSON.stringify(holdings));
  context.detail(holdingsInWords(holdings));
}

/** Between hops, or before somebody goes on, others may have upgraded it by hand: then this way no longer begins where it stands. */
function mustBeOf({ variables: { from, to } }: DecidedHop, registry: string, { version }: Holdings): void {
  if (version === from) return;
  throw new Fault(`${registry} runs ${version}, and is to go from ${from} to ${to}.`, {
    ...{ port: 'harbor', operation: 'compare', code: 'HARBOR_OTHER', retryable: false },
    next: 'Find out who has changed it. Bring it back, or release it and plan anew.',
  });
}

/** What it held is in the journal, since another run may have written it down. */
export async function compare(site: UpgradeSite, hop: DecidedHop, next: string): Promise<void> {
  const { ports, decided, context, approved } = site;
  const { harbor_name: registry } = decided.shared;
  const { holdings: before, at } = mustBeWrittenDown(await approved.journal(), decided, hop);
  const now = await readHoldings(ports.harbor, registry, { signal: context.signal });
  const missing = missingIn(before, now);
  // Of a project that is gone the registry says only that nobody may pull from it.
  const lost = missing.length > 0 ? missing : await otherDigests(ports.harbor, registry, before, context.signal);
  if (lost.length > 0) {
    throw new Fault(`${registry} does not hold what it held. ${lost.join(' ')}`, {
      ...{ port: 'harbor', operation: 'compare', code: 'HARBOR_LESS', retryable: false },
      next: `${next}${deletedMeanwhile(decided, hop, at)}`,
    });
  }
  context.detail(`${holdingsInWords(now)}; ${counted(before.sample.length, 'digest')} the same`);
}

/** Without read-only mode nobody is kept from deleting once it is written down: the check cannot tell that from a loss, people can. */
function deletedMeanwhile(decided: Decided, { variables }: DecidedHop, writtenDownAt: Date): string {
  if (isMadeReadOnly(decided, variables.from)) return '';
  return (
    ` It was not read-only: somebody may also have deleted it on purpose since ${timeInWords(writtenDownAt)}, when it was written down. ` +
    `The logs page of ${decided.shared.harbor_name} shows who deleted what, and when.`
  );
}

interface WrittenDown {
  readonly holdings: Holdings;
  readonly at: Date;
}

export const holdingsIn = (journal: readonly JournalEntry[], decided: Decided, hop: DecidedHop): Holdings =>
  mustBeWrittenDown(journal, decided, hop).holdings;

function mustBeWrittenDown(journal: readonly JournalEntry[], decided: Decided, hop: DecidedHop): WrittenDown {
  const found = writtenDown(journal, decided, hop);
  if (!found) throw new Error(`nobody wrote down what ${hop.variables.from} holds`);
  return found;
}

function writtenDown(
  journal: readonly JournalEntry[],
  decided: Decided,
  { variables }: DecidedHop,
): WrittenDown | undefined {
  const step = harborSteps(decided).find(
    (one) => isOwn('write-down')(one) && one.hop?.variables.from === variables.from,
  );
  const entry = journal.findLast((one) => one.step === step?.name && one.event === 'ended');
  if (entry?.detail === undefined) return undefined;
  return { holdings: Holdings.parse(JSON.parse(entry.detail)), at: entry.at };
}

async function otherDigests(
  harbor: Harbor,
  registry: string,
  { sample }: Holdings,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const lost: string[] = [];
  for (const { repository, tag, digest } of sample) {
    // By digest: a tag may have moved since, an image may not be gone.
    if ((await harbor.digest(registry, repository, digest, { signal })) !== digest) lost.push(`${repository}:${tag}`);
  }
  return lost.length === 0 ? [] : [`The registry does not have ${firstFew(lost)} any more.`];
}
