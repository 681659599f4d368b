import { z } from 'zod';
import { defineJob } from '../src/chatops/job.ts';
import { imagesReport } from '../src/ops/harbor/images/images-report.ts';
import { planImages } from '../src/ops/harbor/images/plan-images.ts';
import { confirmedImages, removeImages } from '../src/ops/harbor/images/remove-images.ts';

const Payload = z.object({
  registry: z.string(),
  /** Of the plan that a person agreed to; without it nothing is changed. */
  confirm: z.string().optional(),
  /** A version whose images go although an upgrade that is not at its end may have to go back to it. */
  also: z.string().optional(),
});

const look = 'Look at the images';
const removal = 'Remove old images';

export default defineJob({
  name: 'images',
  payload: Payload,
  needs: ['ansible', 'catalogue'],
  queue: 'write',
  steps: [look, removal],
  targetKind: 'registry',
  target: (payload) => payload.registry,
  access: (payload) => ({ role: 'operator', target: payload.registry }),
  lock: (payload) => `harbor/${payload.registry}`,
  async run({ registry: name, confirm, also }, { ansible, catalogue }, context) {
    const registry = catalogue.registry(name);
    if (confirm === undefined) context.ahead([look]);
    const plan = await context.step(look, () => planImages(ansible, registry, also, context));
    if (confirm === undefined) return { plan };
    const images = confirmedImages(plan, confirm, context);
    return { plan, cleared: await context.step(removal, () => removeImages(ansible, registry, images, plan, context)) };
  },
  report: imagesReport,
});
