import { z } from 'zod';
import { actorInWords, authorise } from '../src/chatops/access.ts';
import { type Desk, defineAnswer, visibleTo } from '../src/chatops/command.ts';
import { Refusal } from '../src/chatops/errors.ts';
import { durationInWords, minuteInWords } from '../src/chatops/format.ts';
import { leaseTarget } from '../src/chatops/held-back.ts';
import { Name, Reason } from '../src/chatops/interpret.ts';
import { noSuchTarget } from '../src/chatops/no-such-target.ts';
import type { Report } from '../src/chatops/report.ts';
import { hasEnded } from '../src/chatops/run.ts';

export default defineAnswer({
  name: 'lock',
  title: 'Show or release locks',
  summary: 'which dangerous run holds a cluster or a registry; take it away from one that is dead',
  usage: 'lock <what> [target] [--reason <text>]',
  examples: ['lock show', 'lock release prod-1 --reason "the hosts were looked at, all is as before"'],
  input: z.strictObject({
    what: z.enum(['show', 'release'], 'must be show or release'),
    target: Name.optional(),
    reason: Reason.optional(),
  }),
  async answer({ what, target, reason }, desk) {
    if (what === 'show') return shown(desk);
    const held = target ?? desk.here;
    if (held === undefined) throw new Refusal('Say of which one.', ['See ', { command: 'lock show' }]);
    if (reason === undefined)
      throw new Refusal('Say with --reason why it is safe.', [
        'What the run has done must be known: ',
        { command: `lock release ${held} --reason "…"` },
      ]);
    return release(held, reason, desk);
  },
});

async function release(target: string, reason: string, desk: Desk): Promise<Report> {
  const visible = visibleTo(desk);
  if (!visible.includes(target)) throw noSuchTarget(undefined, target, visible);
  const verdict = authorise(desk.actor, { role: 'approver', target });
  if (verdict.kind === 'no') throw new Refusal(verdict.reason, verdict.next);
  const lease = await desk.leases.find(heldAs(target, desk));
  if (!lease) return { tone: 'neutral', title: `Nothing holds ${target}.`, changed: 'nothing' };
  const run = await desk.runs.find(lease.run);
  if (run && !hasEnded(run.state))
    throw new Refusal(`Run ${lease.run} holds ${target} and is under way.`, [
      'When its worker is dead it ends by itself within a few minutes; otherwise stop it first: ',
      { command: `cancel ${lease.run}` },
    ]);
  const by = actorInWords(desk.actor);
  const what = `released ${target} from run ${lease.run} (fence ${lease.fence}): ${reason}`;
  await desk.audit.add({ kind: 'lease', target, by, run: lease.run, approval: lease.approval, what });
  const isReleased = await desk.leases.release(lease.target, lease.fence);
  if (!isReleased)
    throw new Refusal(`${target} was taken by another run meanwhile: nothing was changed.`, [
      'See ',
      { command: 'lock show' },
    ]);
  return {
    tone: 'warning',
    title: `${target} is released from run ${lease.run}.`,
    text: 'Whatever that run has left undone stays undone: it can be neither resumed nor rolled back any more. The plan in its thread says how to do it by hand.',
    changed: `run ${lease.run} holds ${target} no more`,
  };
}

const heldAs = (target: string, { targets }: Desk): string => leaseTarget({ target, targetKind: targets.get(target) });

async function shown(desk: Desk): Promise<Report> {
  const visible = new Set(visibleTo(desk).map((target) => heldAs(target, desk)));
  const leases = (await desk.leases.list()).filter(({ target }) => visible.has(target));
  if (leases.length === 0) return { tone: 'neutral', title: 'No dangerous run holds anything.' };
  return {
    tone: 'neutral',
    title: 'Held by dangerous runs',
    table: {
      caption: 'What is held',
      columns: ['Target', 'Run', 'Worker', 'Since (UTC)', 'Last sign of life', 'Fence'],
      rows: leases.map(({ target, run, worker, takenAt, renewedAt, fence }) => [
        target,
        run,
        worker,
        minuteInWords(takenAt),
        `${durationInWords(Math.max(0, desk.now.getTime() - renewedAt.getTime()))} ago`,
        fence,
      ]),
    },
    next: ['What a run has done: ', { command: 'runs <run>' }],
  };
}
