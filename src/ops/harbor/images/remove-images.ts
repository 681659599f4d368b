import { z } from 'zod';
import { mustConfirm } from '../../../chatops/confirmation.ts';
import { counted } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import { runTags } from '../upgrade/run-tags.ts';
import { Cleared, HarborImage } from './image-facts.ts';
import { agreementOf, type ImagesPlan, lookingAt, onHostOf } from './plan-images.ts';

/** What of the confirmed images is gone, also by a former attempt, and what stayed. */
export interface RemovedImages {
  readonly removed: readonly HarborImage[];
  readonly stayed: Cleared['stayed'];
}

const Begun = z.array(HarborImage).readonly();

/**
 * The images to be removed: those of `plan`, where `code` confirms it. A later attempt of the same run goes on with what the first one had begun, as
 * far as that may still go; the rest stays, with why. Throws Refusal where something else was confirmed.
 */
export function confirmedImages(
  plan: ImagesPlan,
  code: string,
  { memory }: Pick<RunContext, 'memory'>,
): readonly HarborImage[] {
  if (memory.begun !== undefined) return Begun.parse(JSON.parse(memory.begun));
  mustConfirm(agreementOf(plan), code, lookingAt(plan));
  return plan.removals;
}

/** Removes exactly these, one by one; each is looked at once more right before. Throws Fault as `runTags`, with what may be gone in the run's memory. */
export async function removeImages(
  ansible: Ansible,
  registry: Registry,
  images: readonly HarborImage[],
  plan: ImagesPlan,
  context: RunContext,
): Promise<RemovedImages> {
  await context.remember('begun', JSON.stringify(images));
  await context.remember('changed', `not known: some of ${counted(images.length, 'image')} may be removed`);
  const needed = new Map(plan.stays.flatMap(({ images: its, why }) => its.map(({ name }) => [name, why] as const)));
  const due = images.filter(({ name }) => !needed.has(name));
  const { removed, stayed } = await clear(ansible, registry, due, context);
  const kept = images.flatMap(({ name }) => {
    const why = needed.get(name);
    return why === undefined ? [] : [{ name, why }];
  });
  for (const name of removed) context.log(`removed: ${name}`);
  const all = [...stayed, ...kept];
  for (const { name, why } of all) context.log(`stays: ${name}: ${why}`);
  await context.remember('changed', removed.length === 0 ? 'nothing' : `${counted(removed.length, 'image')} removed`);
  return { removed: images.filter(({ name }) => removed.includes(name)), stayed: all };
}

async function clear(
  ansible: Ansible,
  registry: Registry,
  due: readonly HarborImage[],
  context: RunContext,
): Promise<Cleared> {
  if (due.length === 0) return { removed: [], stayed: [] };
  const wanted = due.map(({ name, id }) => ({ name, id }));
  const playing = onHostOf(registry, ansible, context);
  await context.stillOurs();
  return Cleared.parse(await runTags(playing, ['clear-images'], undefined, { harbor_images: wanted }));
}
