import { codeOf } from '../../../chatops/confirmation.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import { placeOf } from '../upgrade/inventory.ts';
import { type Playing, runTags } from '../upgrade/run-tags.ts';
import { ImageFacts } from './image-facts.ts';
import { type Judged, judgeImages } from './judge-images.ts';

export interface ImagesPlan extends Judged {
  readonly registry: string;
  /** A version that somebody has said is not to be gone back to. */
  readonly also?: string | undefined;
}

type Telling = Pick<RunContext, 'detail' | 'log' | 'signal'>;

/** Looks on the host which images may go. Changes nothing. Throws Refusal where nobody can say, and Fault as `runTags`. */
export async function planImages(
  ansible: Ansible,
  registry: Registry,
  also: string | undefined,
  context: Telling,
): Promise<ImagesPlan> {
  const facts = ImageFacts.parse(await runTags(onHostOf(registry, ansible, context), ['look', 'look-images']));
  return { registry: registry.name, also, ...judgeImages(facts, registry.name, also) };
}

/** No upgrade's: nothing on the host bears this mark. */
export const onHostOf = (registry: Registry, ansible: Ansible, context: Telling): Playing => ({
  ...{ ansible, context },
  decided: placeOf(registry, 'images'),
  next: 'Look at that host, then ask again.',
});

/** What a person confirms: that exactly these images go, as they are now. */
export const agreementOf = ({ registry, also, removals }: ImagesPlan) => ({
  ...{ registry, also },
  goes: removals.map(({ name, id }) => ({ name, id })),
});

export const codeOfPlan = (plan: ImagesPlan): string => codeOf(agreementOf(plan));

/** What shows the plan: 'images reg-eu'. */
export const lookingAt = ({ registry, also }: Pick<ImagesPlan, 'registry' | 'also'>): string =>
  `images ${registry}${also === undefined ? '' : ` --also ${also}`}`;
