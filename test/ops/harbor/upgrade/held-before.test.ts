import { expect, it } from 'vitest';
import { compare } from '../../../../src/ops/harbor/upgrade/compare-holdings.ts';
import type { Decided } from '../../../../src/ops/harbor/upgrade/decided.ts';
import { readHoldings } from '../../../../src/ops/harbor/upgrade/holdings.ts';
import type { UpgradeSite } from '../../../../src/ops/harbor/upgrade/upgrade-site.ts';
import type { JournalEntry } from '../../../../src/ports/journal.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { createFakeHarbor } from '../../../fakes/harbor.ts';
import { createRunContext } from '../../../fakes/run-context.ts';
import { decidedOf, hopOf } from './decided.ts';

/** What it held is written down; then its second project is gone. */
async function comparing(changes: Partial<Decided>): Promise<() => Promise<void>> {
  const decided = decidedOf(changes);
  const [hop] = decided.hops;
  if (!hop) throw new Error('there is no hop');
  const harbor = createFakeHarbor();
  const written: JournalEntry = {
    ...{ at: new Date('2026-11-27T09:00:00Z'), step: `Write down what ${hop.variables.from} holds`, event: 'ended' },
    ...{ run: 'r-1', fence: 1, detail: JSON.stringify(await readHoldings(harbor, 'reg-eu')) },
  };
  harbor.is.projects = harbor.is.projects.slice(0, 1);
  const site: UpgradeSite = {
    ports: { harbor, clock: createFakeClock(), ansible: { run: () => Promise.reject(new Error('not here')) } },
    ...{ decided, context: createRunContext().context, migrated: new Map() },
    approved: { keep: () => undefined, journal: async () => [written], mayStop: new AbortController().signal },
  };
  return () => compare(site, hop, 'Look at its database.');
}

it.each<[string, Partial<Decided>]>([
  ['without an administrator', { hasAdmin: false }],
  ['before 1.5, which has no read-only mode', { hops: [hopOf('1.4.0', '1.6.3')] }],
])(
  'names a deletion as a possible cause where nobody was kept from it, and where to see that: %s',
  async (_, changes) => {
    const work = await comparing(changes);
    await expect(work()).rejects.toMatchObject({
      code: 'HARBOR_LESS',
      message: expect.stringContaining('1 project is not there any more: shop'),
      next:
        'Look at its database. It was not read-only: somebody may also have deleted it on purpose since 2026-11-27 09:00 UTC, when it was ' +
        'written down. The logs page of reg-eu shows who deleted what, and when.',
    });
  },
);

it('names none where it was read-only', async () => {
  const work = await comparing({ hasAdmin: true });
  await expect(work()).rejects.toMatchObject({ code: 'HARBOR_LESS', next: 'Look at its database.' });
});
