import type { Audit } from '../../ports/audit.ts';
import type { Catalogue } from '../../ports/catalogue.ts';
import type { Clock } from '../../ports/clock.ts';
import type { Runs } from '../../ports/runs.ts';
import { type Actor, actorInWords } from '../access.ts';
import { admit } from '../admit.ts';
import { Refusal } from '../errors.ts';
import { type Holders, mustNotBeHeldBack } from '../held-back.ts';
import { findCommand, interpret } from '../interpret.ts';
import type { AnyJob } from '../job.ts';
import type { Registry } from '../registry.ts';
import { startRun } from '../start-run.ts';
import { kindOf } from '../target.ts';
import { parseUsage } from '../usage.ts';
import { words as splitWords } from '../words.ts';
import type { AlertThread } from './alert-thread.ts';
import type { Matter } from './triage.ts';

export interface StartParts {
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly runs: Runs;
  readonly holders: Holders;
  readonly audit: Pick<Audit, 'add'>;
  readonly clock: Clock;
  enqueue(run: Parameters<Runs['admit']>[0]): Promise<void>;
}

/**
 * Starts what a rule asks for, by the same door as what people ask for; it speaks in the thread of its alert. The same matter again is the same run. Answers
 * its id. Throws Refusal where it may not be done, and Fault.
 */
export async function startForAlert(matter: Matter, thread: AlertThread, parts: StartParts): Promise<string> {
  const { registry, catalogue, runs, audit, clock } = parts;
  const words = wordsFor(matter.command, thread.target, matter.rule.alert, registry);
  const command = findCommand(registry.commands, matter.command);
  if (!command.work) throw new Refusal(`${matter.command} starts nothing.`);
  const { job } = command.work;
  const refusal = refusalKnownOf(job, thread.target, catalogue);
  if (refusal) throw refusal;
  const names = { clusters: [], registries: [], [kindOf(job)]: thread.target };
  const [, ...rest] = splitWords(words);
  const payload = await command.work.payload(interpret(command, rest, names), []);
  const target = catalogue.target(thread.target);
  const actor = actorOf(matter, thread, job.queue);
  const run = admit(job, payload, actor, {
    id: `alert ${thread.id} ${matter.key}`,
    ...{ words, thread: threadOf(thread), site: target.site, now: clock.now() },
  });
  const about = { target: thread.target, by: actorInWords(actor) };
  try {
    await mustNotBeHeldBack(parts.holders, run);
  } catch (error) {
    if (error instanceof Refusal) await audit.add({ kind: 'refusal', ...about, what: `${words}: ${error.message}` });
    throw error;
  }
  if (!(await runs.find(run.id))) await audit.add({ kind: 'request', ...about, what: words, run: run.id });
  const admission = await startRun(run, parts);
  if (admission.kind === 'busy')
    throw new Refusal(`Run ${admission.run.id} does that already, or keeps others from it.`);
  return run.id;
}

/** What the work would be refused with on a target, where salvor.yaml tells. */
export function refusalKnownOf(job: AnyJob, target: string, catalogue: Catalogue): Refusal | undefined {
  try {
    // A label may name a registry where the rule is for clusters.
    kindOf(job) === 'registry' ? catalogue.registry(target) : catalogue.cluster(target);
    job.mustBeConfigured?.(target, catalogue);
    return undefined;
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

/** 'snapshot prod-1 --reason "alert etcdNoLeader"': why, where the command takes that. */
export function wordsFor(
  command: string,
  target: string,
  alert: string | undefined,
  { commands }: Pick<Registry, 'commands'>,
): string {
  const usage = commands.find(({ name }) => name === command)?.usage ?? '';
  const takesReason = alert !== undefined && parseUsage(usage).flags.some(({ name }) => name === 'reason');
  return `${command} ${target}${takesReason ? ` --reason "alert ${alert}"` : ''}`;
}

/** A rule may look, and ask for a snapshot where it is told to; nothing else. */
const actorOf = ({ rule }: Matter, { target }: AlertThread, queue: 'read' | 'write' | 'danger'): Actor => ({
  ...{ kind: 'alert', id: rule.name, name: rule.alert },
  grants: [{ role: queue === 'read' ? 'viewer' : 'operator', target }],
});

const threadOf = ({ thread: { channel, ts } }: AlertThread) => ({
  channel,
  ...(ts === undefined ? {} : { under: ts }),
});
