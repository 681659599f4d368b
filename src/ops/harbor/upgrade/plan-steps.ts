import type { PlanStep } from '../../../chatops/plan.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import { commandsByHand } from './by-hand.ts';
import type { Decided } from './decided.ts';
import { type HarborStep, harborSteps } from './harbor-steps.ts';
import { ownCommands } from './own-commands.ts';

/** The steps as people agree to them, with what is run, as they would type it. */
export const planSteps = (decided: Decided, registry: Pick<Registry, 'url'>): readonly PlanStep[] =>
  harborSteps(decided).map((step) => ({
    name: step.name,
    commands: commandsOf(step, decided, registry),
    changes: step.changes,
    ...(step.isPointOfNoReturn ? { isPointOfNoReturn: true } : {}),
  }));

function commandsOf(
  { does, hop, name }: HarborStep,
  decided: Decided,
  registry: Pick<Registry, 'url'>,
): PlanStep['commands'] {
  if (does.kind === 'playbook') {
    const commands = does.tags.flatMap((tag) => commandsByHand(tag, decided, hop?.variables));
    return commands.map((command) => ({ on: decided.host.name, command }));
  }
  if (!hop) throw new Error(`the step ${name} belongs to no hop`);
  return ownCommands(does.work, registry, hop.variables).map((command) => ({ command }));
}
