import { expect, it } from 'vitest';
import { doStep, type UpgradeSite } from '../../../../src/ops/harbor/upgrade/do-step.ts';
import { harborSteps, type OwnWork } from '../../../../src/ops/harbor/upgrade/harbor-steps.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { createFakeHarbor } from '../../../fakes/harbor.ts';
import { decidedOf } from './decided.ts';

const decided = decidedOf({ healthMs: 0 });

/** The work of the first hop that has it, on a registry in memory. */
async function does(work: OwnWork, harbor: ReturnType<typeof createFakeHarbor>): Promise<string | undefined> {
  const step = harborSteps(decided).find((one) => one.does.kind === 'own' && one.does.work === work);
  if (!step) throw new Error(`nobody does ${work}`);
  let kept: string | undefined;
  const site: UpgradeSite = {
    ports: { harbor, clock: createFakeClock(), ansible: { run: () => Promise.reject(new Error('not here')) } },
    decided,
    context: Object.assign(Object.create(null), {
      ...{ signal: new AbortController().signal, detail: () => undefined, log: () => undefined },
    }),
    approved: {
      journal: async () => [],
      keep(detail) {
        kept = detail;
      },
    },
    migrated: new Map(),
  };
  await doStep(site, step);
  return kept;
}

it('a version that somebody has brought there by hand meanwhile is not upgraded from', async () => {
  await expect(does('write-down', createFakeHarbor('2.13.0'))).rejects.toMatchObject({
    ...{ code: 'HARBOR_OTHER', retryable: false },
    message: 'reg-eu runs 2.13.0, and is to go from 2.10.3 to 2.12.4.',
  });
  expect(await does('write-down', createFakeHarbor('2.10.3'))).toContain('"version":"2.10.3"');
});

it('a Harbor that names no components is not healthy, whatever it says', async () => {
  const harbor = createFakeHarbor('2.12.4');
  await does('healthy', harbor);
  harbor.is.components = [];
  await expect(does('healthy', harbor)).rejects.toMatchObject({
    message: 'reg-eu names none of its components.',
  });
});
