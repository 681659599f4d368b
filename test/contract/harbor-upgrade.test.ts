import { afterEach, expect, it } from 'vitest';
import { isThorough } from '../cases.ts';
import { stepNames } from '../commands/restore-house.ts';
import { type HarborSite, openHarborSite } from './harbor-site.ts';

let site: HarborSite;
afterEach(() => site.close());

// By default an upgrade of two hops is that of faults/harbor, to which everything happens, and the demo's.
it.runIf(isThorough)(
  'upgrades over two hops once others have approved, and holds what it held',
  async () => {
    site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4', '2.14.1'], flags: ['--with-trivy'] });
    const { id, plan } = await site.plans('/salvor harbor reg-eu 2.14 --reason "fixes"');
    expect(plan.observed).toMatchObject({ Version: '2.10.3', Way: '2.10.3 → 2.12.4 → 2.14.1' });
    expect(stepNames(plan).slice(0, 4)).toEqual([
      ...['Check the host', 'Load the images of 2.12.4', 'Load the images of 2.14.1', 'Make 2.10.3 read-only'],
    ]);
    expect(plan.steps.find(({ isPointOfNoReturn }) => isPointOfNoReturn)?.name).toBe('Install 2.12.4');
    const run = await site.approves(id);
    expect(run.state).toBe('done');
    const said = await site.bot.result(run.id);
    expect(said).toContain('[ok] reg-eu runs 2.14.1');
    expect(said).toContain('Changed  reg-eu is upgraded to 2.14.1');
    expect((await site.asks('/salvor registry reg-eu')).says).toMatch(
      /\[ok\] reg-eu runs 2\.14\.1 and is healthy\n(.|\n)*Holds +2 projects, 2 repositories, 3 artifacts; 1\.5 KiB\n/,
    );
  },
  120_000,
);
