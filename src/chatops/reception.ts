import type { Catalogue, Target } from '../ports/catalogue.ts';
import type { Clock } from '../ports/clock.ts';
import type { Runs } from '../ports/runs.ts';
import type { Schedules } from '../ports/schedules.ts';
import { type Actor, actorInWords, authorise } from './access.ts';
import { admit } from './admit.ts';
import { type ApprovalDesk, createApprovalDesk } from './approval-desk.ts';
import type { AsTyped } from './as-typed.ts';
import { type AnyCommand, type Desk, type GivenFile, namesOf, type Saying } from './command.ts';
import { isPastReturn } from './decide.ts';
import { Refusal } from './errors.ts';
import { type Form, formFor, meantHere, wordsOfForm } from './form.ts';
import { mustNotBeHeldBack } from './held-back.ts';
import { findCommand, type Incomplete, interpret } from './interpret.ts';
import type { AnyJob } from './job.ts';
import type { Keepers } from './keepers.ts';
import { noSuchTarget } from './no-such-target.ts';
import type { Registry } from './registry.ts';
import type { Report, Text } from './report.ts';
import { roleOf } from './role-of.ts';
import { hasEnded, type Run, type RunRecord } from './run.ts';
import { runLogs } from './run-report.ts';
import { kindOf, type TargetKind } from './target.ts';
import { type Bound, boundByChannel, mustBeSpokenOfHere, threadFor } from './where-spoken.ts';
import { words } from './words.ts';

/** Somebody said something to Salvor. */
export interface Spoken {
  readonly words: string;
  readonly actor: Actor;
  /** Undefined in a direct message or a terminal. */
  readonly channel: string | undefined;
  /** The same for every delivery of the same request. */
  readonly requestId: string;
  /** A person's message in `channel`: what comes of it is said in its thread. */
  readonly under?: string;
  /** Reads what was given beside the words. Asked of who may ask for what they say, and only by commands that take files. */
  readonly files?: () => Promise<readonly GivenFile[]>;
}

export type Response =
  /** For the person who asked alone. `isBusy` where a run was asked for and none was started, as another one has the lock. */
  | { readonly kind: 'private'; readonly report: Report; readonly isBusy?: true }
  /** A run is queued; its card says the rest. `before` is how it stood where an earlier request had made it. */
  | { readonly kind: 'started'; readonly run: Run; readonly before?: RunRecord };

/** What became of the root message of a run. */
export type Posting =
  | { readonly kind: 'posted' }
  /** The chat does not take it now; it will be said later and the work goes on. */
  | { readonly kind: 'later' }
  /** The chat refuses this channel for good: the run must not start. */
  | { readonly kind: 'refused'; readonly reason: string; readonly next: string };

/** The desk everybody comes to: turns what people say into runs and answers. Each throws Refusal and Fault. */
export interface Reception {
  readonly approvals: ApprovalDesk;
  hear(spoken: Spoken): Promise<Response>;
  /** Throws Refusal where there is none. */
  commandNamed(name: string): AnyCommand;
  /** Throws Refusal where the words are no command that could be obeyed there. */
  mustUnderstand(words: string, channel: string | undefined): void;
  /** Asks for what somebody left away. Throws the Refusal that would follow, where it would whatever they answer. */
  form(incomplete: Incomplete, actor: Actor, channel: string | undefined): Promise<Form>;
  /** Asks for the same as an ended run again. Where `requestId` has done so before, tells who did and what became of it. */
  retry(runId: string, actor: Actor, requestId: string, channel: string | undefined): Promise<Response>;
  cancel(runId: string, actor: Actor): Promise<Report>;
  logs(runId: string, actor: Actor): Promise<Report>;
}

export interface ReceptionParts {
  readonly registry: Registry;
  readonly catalogue: Catalogue;
  readonly runs: Runs;
  readonly schedules: Schedules;
  readonly keepers: Keepers;
  readonly clock: Clock;
  readonly asTyped: AsTyped;
  postCard(run: Run): Promise<Posting>;
  enqueue(run: Run): Promise<void>;
  linkTo(runId: string): Promise<string | undefined>;
  /** What can be said in the thread of a run, where there are threads. */
  sayings?(): readonly Saying[];
}

export function createReception(parts: ReceptionParts): Reception {
  const { registry, catalogue, runs, clock, asTyped } = parts;
  const clusters = catalogue.clusters.map(({ name }) => name);
  const registries = catalogue.registries.map(({ name }) => name);
  const targets = new Map<string, TargetKind>([
    ...clusters.map((name) => [name, 'cluster'] as const),
    ...registries.map((name) => [name, 'registry'] as const),
  ]);
  const boundTo = boundByChannel(catalogue);
  const approvals = createApprovalDesk({ ...parts, jobs: registry.jobs });

  function understand(said: string, channel: string | undefined) {
    const [name = 'help', ...rest] = words(said);
    const command = findCommand(registry.commands, name, (meant) => said.replace(name, meant));
    const bound = boundTo(channel);
    return { command, bound, input: interpret(command, rest, { ...bound, clusters, registries }) };
  }

  async function hear(spoken: Spoken): Promise<Response> {
    const { command, bound, input } = understand(spoken.words, spoken.channel);
    if (spoken.files && !command.work?.takesFiles)
      throw new Refusal(`The command ${command.name} takes no files.`, 'Say it without them.');
    if (command.answer) {
      return { kind: 'private', report: await command.answer(input, deskFor(spoken, bound)) };
    }
    const payload = await command.work?.payload(input, await filesFor(command, input, spoken));
    return start(jobOf(command), payload, spoken);
  }

  /** Nothing is read for somebody who may not ask: they are refused in what follows, as without files. */
  async function filesFor(command: AnyCommand, input: unknown, spoken: Spoken): Promise<readonly GivenFile[]> {
    const access = command.access(input);
    const mayAsk = access !== undefined && authorise(spoken.actor, access).kind === 'yes';
    return spoken.files && mayAsk ? spoken.files() : [];
  }

  async function start(
    job: AnyJob,
    payload: unknown,
    spoken: Spoken,
    more: Pick<Run, 'schedule'> = {},
  ): Promise<Response> {
    const target = targetFor(job, payload, spoken.actor);
    const request = {
      id: spoken.requestId,
      words: spoken.words,
      thread: threadFor(spoken, target),
      site: target.site,
      now: clock.now(),
      ...more,
    };
    const run = await recorded(spoken, target, async () => {
      const asked = admit(job, payload, spoken.actor, request);
      mustBeSpokenOfHere(target, spoken);
      await mustNotBeHeldBack(parts.keepers, asked);
      return asked;
    });
    const admission = await runs.admit(run);
    if (admission.kind === 'busy') return { kind: 'private', report: await busy(admission.run), isBusy: true };
    const before = admission.kind === 'repeated' ? admission.run : undefined;
    const started: Response = { kind: 'started', run, ...(before ? { before } : {}) };
    // The same request again may come after a crash half way: going on from here does nothing twice.
    if (before && hasEnded(before.state)) return started;
    const posting = await parts.postCard(run);
    if (posting.kind === 'refused') await withdraw(run, posting.reason, posting.next);
    await parts.enqueue(run);
    return started;
  }

  /** Puts the request, or its refusal, on record before anything comes of it. A delivery that comes again is the same request. */
  async function recorded(spoken: Spoken, target: Target, ask: () => Promise<Run>): Promise<Run> {
    const run = await refusalRecorded(spoken, target, ask);
    const about = { target: target.name, by: actorInWords(spoken.actor), what: spoken.words };
    if (!(await runs.find(run.id))) await parts.keepers.audit.add({ kind: 'request', ...about, run: run.id });
    return run;
  }

  async function refusalRecorded<T>(
    { words: what, actor }: Pick<Spoken, 'words' | 'actor'>,
    target: Target,
    ask: () => Promise<T>,
  ): Promise<T> {
    const about = { target: target.name, by: actorInWords(actor) };
    try {
      return await ask();
    } catch (error) {
      if (error instanceof Refusal)
        await parts.keepers.audit.add({ kind: 'refusal', ...about, what: `${what}: ${error.message}` });
      throw error;
    }
  }

  async function withdraw(run: Run, reason: string, next: string): Promise<never> {
    const report: Report = { tone: 'bad', title: reason, changed: 'nothing', next };
    await runs.end(run.id, undefined, { state: 'refused', report });
    throw new Refusal(reason, next);
  }

  async function busy(holder: RunRecord): Promise<Report> {
    return {
      tone: 'neutral',
      title: `${holder.target} already has this under way: run ${holder.id}, asked for by ${holder.actor.name}.`,
      text: await whereToFollow(holder),
      changed: 'nothing',
    };
  }

  async function retriedBefore(old: RunRecord, anew: RunRecord): Promise<Report> {
    const { id, state, actor, report } = anew;
    return {
      tone: 'neutral',
      title: `Run ${old.id} on ${old.target} was retried already, by ${actor.name}: run ${id}, ${state}.`,
      text: await whereToFollow(anew),
      ...(report ? { facts: [{ label: 'Result', value: report.title }] } : {}),
      changed: 'nothing',
      ...(hasEnded(state) ? { next: ['To do it once more: ', { command: old.words }] } : {}),
    };
  }

  async function whereToFollow(run: RunRecord): Promise<Text> {
    const link = (await parts.linkTo(run.id)) ?? (await linkOnceThere(run));
    return link ? [{ link, label: 'Follow it in its thread' }, '.'] : ['See ', { command: `runs ${run.id}` }];
  }

  /** Who asks in the same moment finds the first before its message: that one is posted, or awaited where somebody else is posting it. */
  async function linkOnceThere(run: RunRecord): Promise<string | undefined> {
    const mayCome = run.thread && run.thread.ts === undefined && run.thread.root === undefined && !run.schedule;
    if (!mayCome || hasEnded(run.state)) return undefined;
    await parts.postCard(run);
    return parts.linkTo(run.id);
  }

  async function known(runId: string, actor: Actor, role: 'viewer' | 'operator'): Promise<RunRecord> {
    const run = await runs.find(runId);
    // Whoever may not look learns nothing, not even that it is there; having asked for it once gives no right to look.
    if (!run || authorise(actor, { role: 'viewer', target: run.target }).kind === 'no')
      throw new Refusal(`There is no run ${runId}.`, ['See ', { command: 'runs' }]);
    const isOwn = run.actor.kind === actor.kind && run.actor.id === actor.id;
    const verdict = authorise(actor, { role, target: run.target });
    if (verdict.kind === 'no' && !isOwn) throw new Refusal(verdict.reason, verdict.next);
    return run;
  }

  /** Whoever would be refused whatever they answer is refused before they are asked, in the same words and with the same record. */
  async function mustBeWorthAsking({ command, given }: Incomplete, actor: Actor, channel: string | undefined) {
    const role = roleOf(command);
    if (!command.work || role === undefined) return;
    const kind = kindOf(command.work.job);
    const named = given[kind];
    const meant =
      named === undefined ? meantHere(kind, { actor, channel, catalogue }) : [targetNamed(kind, named, actor)];
    const [first] = meant;
    if (!first)
      throw new Refusal(
        `There is no ${kind} that you may look at.`,
        `Ask whoever keeps salvor.yaml for a right on a ${kind}.`,
      );
    await refusalRecorded({ words: wordsOfForm(command, given), actor }, first, async () => {
      const verdicts = meant.map(({ name: target }) => authorise(actor, { role, target }));
      const [verdict] = verdicts;
      if (verdict?.kind === 'no' && verdicts.every(({ kind }) => kind === 'no'))
        throw new Refusal(verdict.reason, verdict.next);
      if (named !== undefined) mustBeSpokenOfHere(first, { actor, channel });
    });
  }

  const targetFor = (job: AnyJob, payload: unknown, actor: Actor): Target =>
    targetNamed(kindOf(job), job.target(payload), actor);

  /** What somebody holds no right on does not exist for them: names tell what there is to attack. */
  function targetNamed(kind: TargetKind, name: string, actor: Actor): Target {
    const granted = new Set(actor.grants.map((grant) => grant.target));
    if (granted.has(name) && targets.get(name) === kind) return catalogue.target(name);
    throw noSuchTarget(
      kind,
      name,
      namesOf(targets, kind).filter((one) => granted.has(one)),
    );
  }

  function deskFor(spoken: Spoken, { cluster, here }: Bound): Desk {
    const { actor } = spoken;
    return {
      actor,
      now: clock.now(),
      runs,
      schedules: parts.schedules,
      ...parts.keepers,
      commands: registry.commands,
      sayings: parts.sayings?.() ?? [],
      targets,
      asTyped,
      cluster,
      here,
      find: (runId, role) => known(runId, actor, role),
      again: (approvalId, mode) =>
        approvals.again(approvalId, actor, mode, (name) => mustBeSpokenOfHere(catalogue.target(name), spoken)),
      linkTo: parts.linkTo,
    };
  }

  return {
    approvals,
    hear,
    commandNamed: (name) => findCommand(registry.commands, name),
    mustUnderstand: (said, channel) => void understand(said, channel),
    async form(incomplete, actor, channel) {
      await mustBeWorthAsking(incomplete, actor, channel);
      return formFor(incomplete, actor, channel, parts);
    },
    async retry(runId, actor, requestId, channel) {
      const run = await known(runId, actor, 'viewer');
      if (!hasEnded(run.state)) throw new Refusal(`Run ${runId} has not ended.`, 'Wait for it, or cancel it first.');
      if (run.approval)
        throw new Refusal('What other people approved is not simply done once more.', [
          'To ask anew: ',
          { command: run.words },
        ]);
      const job = registry.jobs.get(run.job);
      if (!job)
        throw new Refusal(`Run ${runId} was of a kind this version does not know.`, ['See ', { command: 'help' }]);
      const spoken = { words: run.words, actor, channel, requestId };
      const response = await start(job, run.payload, spoken, forSchedule(run));
      if (response.kind === 'private' || !response.before) return response;
      return { kind: 'private', report: await retriedBefore(run, response.before) };
    },
    cancel: async (runId, actor) => cancelRun({ runs, ...parts.keepers }, await known(runId, actor, 'operator'), actor),
    logs: async (runId, actor) => runLogs(await known(runId, actor, 'viewer'), await runs.logs(runId), clock.now()),
  };
}

/** Asks a run to stop, and says what that means now. */
export async function cancelRun(
  { runs, audit, ...keepers }: Pick<Desk, 'runs' | 'audit' | 'approvals' | 'journal'>,
  run: RunRecord,
  actor: Actor,
): Promise<Report> {
  await mustHaveWayBack(run, keepers);
  const about = { target: run.target, by: actorInWords(actor), run: run.id };
  await audit.add({ kind: 'cancel', ...about, what: `asked ${run.words} to stop` });
  const isAsked = await runs.cancel(run.id, actor.name, actor.id);
  if (!isAsked && (await runs.find(run.id))?.state === 'running') throw tooLate(run);
  if (!isAsked) return { tone: 'neutral', title: `Run ${run.id} has already ended.`, changed: 'nothing' };
  const asked = run.cancel ? `was asked to stop already, by ${run.cancel.by}` : 'is asked to stop';
  return {
    tone: 'neutral',
    title: `Run ${run.id} on ${run.target} ${asked}.`,
    text:
      run.state === 'queued' ? 'It had not started.' : 'It stops at its next safe place; its card says when it has.',
  };
}

/** Half of what cannot be taken back is worse than all of it: from there on a run is not stopped. */
async function mustHaveWayBack(
  run: RunRecord,
  { approvals, journal }: Pick<Desk, 'approvals' | 'journal'>,
): Promise<void> {
  if (!run.approval || run.state !== 'running') return;
  const approval = await approvals.find(run.approval.id);
  if (!approval || !isPastReturn(approval, await journal.read(approval.id))) return;
  const { steps } = approval.plan;
  const at = steps.findIndex(({ isPointOfNoReturn }) => isPointOfNoReturn);
  throw tooLate(run, `, step ${at + 1}: ${steps[at]?.name}`);
}

const tooLate = ({ id }: RunRecord, where = ''): Refusal =>
  new Refusal(
    `Run ${id} is past its point of no return${where}. It is not stopped half way.`,
    'When it has ended it can be rolled back as its plan says.',
  );

/** A person who tries again what a schedule asked for wants to hear of it; that it is well again counts for the schedule. */
const forSchedule = ({ schedule }: Run): Pick<Run, 'schedule'> =>
  schedule === undefined ? {} : { schedule: { ...schedule, says: 'always' } };

function jobOf(command: AnyCommand): AnyJob {
  if (!command.work) throw new Error(`command ${command.name} neither works nor answers`);
  return command.work.job;
}
