import { Refusal } from '../../../chatops/errors.ts';
import { canonicalJson } from '../../../chatops/plan.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import type { Decided } from './decided.ts';
import { placeOf } from './inventory.ts';

/** Letters and digits: it becomes part of paths. */
const plainMark = /^[a-z0-9]{1,40}$/;

/**
 * Throws Refusal unless it is done where salvor.yaml of this worker says the registry is. Before its first step a plan is made anew and compared; who goes on
 * or back later relies on what was kept of it, and neither that nor a salvor.yaml that was changed meanwhile may lead to other hosts or directories.
 */
export function mustBeAsConfigured({ host, become, shared }: Decided, registry: Registry): void {
  const here = placeOf(registry, shared.harbor_mark);
  if (plainMark.test(shared.harbor_mark) && canonicalJson(here) === canonicalJson({ host, become, shared })) return;
  throw new Refusal(
    `What was agreed to for ${registry.name} is not what salvor.yaml says of it now: nothing more was done.`,
    'Put its host, directories and compose in salvor.yaml back to what they were, then resume or roll back.',
  );
}
