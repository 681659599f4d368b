import { z } from 'zod';
import { actorInWords, authorise, type Role } from '../src/chatops/access.ts';
import { type Desk, defineAnswer, namesOf, visibleTo } from '../src/chatops/command.ts';
import { Refusal } from '../src/chatops/errors.ts';
import { minuteInWords } from '../src/chatops/format.ts';
import { Name, Reason } from '../src/chatops/interpret.ts';
import { noSuchTarget } from '../src/chatops/no-such-target.ts';
import type { Report } from '../src/chatops/report.ts';

/** Holding back is safe, so either right does; letting go takes the approvers' word. */
const rights: Readonly<Record<'on' | 'off', readonly Role[]>> = { on: ['operator', 'approver'], off: ['approver'] };

export default defineAnswer({
  name: 'freeze',
  title: 'Freeze or let go',
  summary: 'hold back everything that changes a cluster or a registry, or all of them',
  usage: 'freeze <what> [target] [--reason <text>]',
  role: 'operator',
  examples: ['freeze on prod-1 --reason "the auditors are here"', 'freeze off prod-1', 'freeze on all', 'freeze show'],
  input: z.strictObject({
    what: z.enum(['on', 'off', 'show'], 'must be on, off or show'),
    target: Name.optional(),
    reason: Reason.optional(),
  }),
  async answer({ what, target: named, reason }, desk) {
    if (what === 'show') return shown(desk);
    const target = named ?? desk.here;
    if (target === undefined)
      throw new Refusal('Say what to freeze.', ['One of them, or all: ', { command: `freeze ${what} all` }]);
    mustMay(what, target, desk);
    return what === 'on' ? freeze(target, reason, desk) : thaw(target, desk);
  },
});

async function freeze(target: string, reason: string | undefined, desk: Desk): Promise<Report> {
  const by = actorInWords(desk.actor);
  // First the record: a freeze that nobody can trace is worse than one that comes a moment later.
  await desk.audit.add({ kind: 'freeze', target, by, what: `froze ${target}${reason ? `: ${reason}` : ''}` });
  await desk.freezes.set({ target, by, at: desk.now, reason });
  return {
    tone: 'good',
    title:
      target === 'all'
        ? 'Everything is frozen: nothing that changes any of them begins.'
        : `${target} is frozen: nothing that changes it begins.`,
    text: 'What runs already goes on; a dangerous run stops before its next step, unless it is past its point of no return. An approver may still roll it back.',
    next: ['To let go: ', { command: `freeze off ${target}` }],
  };
}

async function thaw(target: string, desk: Desk): Promise<Report> {
  const wasFrozen = await desk.freezes.lift(target);
  if (!wasFrozen)
    return {
      tone: 'neutral',
      title: target === 'all' ? 'Everything is not frozen.' : `${target} is not frozen.`,
      changed: 'nothing',
    };
  await desk.audit.add({ kind: 'freeze', target, by: actorInWords(desk.actor), what: `let go of ${target}` });
  return {
    tone: 'good',
    title: target === 'all' ? 'Everything is not frozen any more.' : `${target} is not frozen any more.`,
  };
}

async function shown(desk: Desk): Promise<Report> {
  const visible = visibleTo(desk);
  const freezes = (await desk.freezes.list()).filter(({ target }) => target === 'all' || visible.includes(target));
  if (freezes.length === 0) return { tone: 'neutral', title: 'Nothing is frozen.' };
  return {
    tone: 'warning',
    title: 'Frozen',
    table: {
      caption: 'What is frozen',
      columns: ['Target', 'Since (UTC)', 'By', 'Why'],
      rows: freezes.map(({ target, at, by, reason }) => [target, minuteInWords(at), by, reason ?? '']),
    },
  };
}

/** Of all: whoever has the right on every one. */
function mustMay(what: 'on' | 'off', target: string, desk: Desk): void {
  const visible = visibleTo(desk);
  if (target !== 'all' && !visible.includes(target)) throw noSuchTarget(undefined, target, visible);
  const lacking = (target === 'all' ? namesOf(desk.targets) : [target]).filter(
    (one) => !rights[what].some((role) => authorise(desk.actor, { role, target: one }).kind === 'yes'),
  );
  if (lacking.length === 0) return;
  const where = target === 'all' ? 'every cluster and registry' : target;
  throw new Refusal(
    `This takes the ${rights[what].join(' or ')} right on ${where}, which you do not have.`,
    'Ask somebody who has it; help shows what you may do.',
  );
}
