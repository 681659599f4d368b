import type { z } from 'zod';
import type { Catalogue } from '../ports/catalogue.ts';
import type { PortName, Ports } from '../ports/index.ts';
import type { JournalEntry } from '../ports/journal.ts';
import type { Access } from './access.ts';
import type { Plan } from './plan.ts';
import type { Report } from './report.ts';
import type { ApprovedMode, QueueName, Says } from './run.ts';
import type { TargetKind } from './target.ts';

/** What a running job may do besides its ports. */
export interface RunContext {
  readonly runId: string;
  /** 1 for the first worker that took this run. */
  readonly attempt: number;
  /** Which try this is, as people count and read it: what a stopping worker gave back is none. */
  readonly tried: number;
  /** When the run was asked for; the same for all its attempts. */
  readonly askedAt: Date;
  /** Who asked, as people know them. */
  readonly askedBy: { readonly kind: string; readonly id: string; readonly name: string };
  /** Fires when the run is cancelled, its worker stops, or another worker has taken it over. */
  readonly signal: AbortSignal;
  /** Runs `work` as a named step; first checks that this worker still holds the run. */
  step<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Names the steps still to come, in order, in place of those named before: for work that learns only on its way what it will be. */
  ahead(names: readonly string[]): void;
  /** Says something about the step under way, on the card. */
  detail(text: string): void;
  /** How far the step under way is. Cheap: call it as often as you like. */
  progress(done: number, total: number, unit: string): void;
  /** A line in the run's log. */
  log(line: string): void;
  /**
   * What former attempts of this run, and this one, want later ones to know; by names of the job's own. Work that changes things bit by bit
   * keeps in `changed`, in words, what it has changed so far: people read it when the run ends other than well, whoever ends it.
   */
  readonly memory: Readonly<Record<string, string>>;
  /** Keeps it with the run before it answers. Throws like `stillOurs`. Not for secrets. */
  remember(name: string, value: string): Promise<void>;
  /** Throws when another worker has taken this run over, or it was cancelled. To be called right before a commit point. */
  stillOurs(): Promise<void>;
  /** Set exactly in runs of gated jobs. There `step` also checks the lease and writes the journal. */
  readonly approved?: Approved;
}

/** How a job comes by itself. */
export interface JobSchedule<P> {
  /** For a target of the job's kind, by its name. */
  payload(target: string): P;
  /** Unless salvor.yaml says otherwise. */
  readonly says: Says;
}

/** What a run may know of the plan that it carries out. */
export interface Approved {
  readonly approval: string;
  readonly plan: Plan;
  readonly mode: ApprovedMode;
  /** What former runs, and this one, did of it. */
  journal(): Promise<readonly JournalEntry[]>;
  /** What later runs must know of the step under way: written down with its end, as its entry's detail. Not for secrets. */
  keep(detail: string): void;
  /** Fires also when somebody asks to stop or the worker is told to: for steps that only wait, which no one need wait for the end of. */
  readonly mayStop: AbortSignal;
  /** Notes that a step is about to be taken back: whatever comes of that, it has not ended any more. */
  undoing(step: string): Promise<void>;
  /** Notes that a step was taken back. Steps started, ended and failed are noted by `step`. */
  undone(step: string, detail?: string): Promise<void>;
}

/** Other people must agree, to exactly these steps, on what was observed. Every dangerous job has one. */
export interface Gate<P, N extends PortName> {
  /** The steps people see while the plan is made. */
  readonly steps: readonly string[];
  /**
   * Looks at everything and says what would be done. Changes nothing. Made anew when a vote is cast and right before the first step: what is agreed to must come out
   * the same as long as nothing has happened.
   */
  plan(payload: P, ports: Pick<Ports, N>, context: RunContext): Promise<Plan>;
}

/** What may be picked; called as it is where it has no label. */
export type Choice = string | { readonly value: string; readonly label: string };

/** What is known of what somebody is to pick for. */
export interface Choosing {
  /** What they said already, by the names in the usage. */
  readonly given: Readonly<Record<string, string>>;
  /** A fact of the last run of a job on the target, in words; undefined where there is none, or no target yet. */
  said(job: string, label: string): string | undefined;
}

type Choices = Readonly<Record<string, (choosing: Choosing) => readonly Choice[]>>;

/** A kind of work: what it takes, what it needs, who may have it, how it runs and what it says. */
export interface Job<P = unknown, R = unknown, N extends PortName = PortName> {
  /** Same as its file's name. */
  readonly name: string;
  readonly payload: z.ZodType<P>;
  /** The ports it gets, and no others. */
  readonly needs: readonly N[];
  readonly queue: QueueName;
  /** The steps people will see, in order, so that the card can show what is still to come. */
  readonly steps: readonly string[];
  /** What it is done to, by its name in salvor.yaml. */
  target(payload: P): string;
  /** A cluster unless given. */
  readonly targetKind?: TargetKind;
  /** Required: no default, so no door is left open. */
  access(payload: P): Access;
  /** Throws the Refusal that the work would end with on a target where salvor.yaml leaves no way to do it: so that it need not be offered. */
  mustBeConfigured?(target: string, catalogue: Catalogue): void;
  /** At most one run in flight per lock. */
  lock?(payload: P): string;
  /** Only jobs with one may be scheduled; dangerous ones never. */
  readonly schedule?: JobSchedule<NoInfer<P>>;
  /** What people may pick from where they left something away, by its name in the usage: the likeliest first. */
  readonly choices?: Choices;
  /** Required on the danger queue, and nowhere else. */
  readonly gate?: Gate<NoInfer<P>, NoInfer<N>>;
  run(payload: P, ports: Pick<Ports, N>, context: RunContext): Promise<R>;
  report(result: R, payload: P): Report;
}

/** A job that takes payloads of one shape. */
export type Accepting<P> = AnyJob & { readonly accepts: z.ZodType<P> };

/** A job with its types forgotten, as the registry keeps it. */
export interface AnyJob {
  readonly name: string;
  readonly payload: z.ZodType;
  readonly needs: readonly PortName[];
  readonly queue: QueueName;
  readonly steps: readonly string[];
  target(payload: unknown): string;
  readonly targetKind?: TargetKind;
  access(payload: unknown): Access;
  mustBeConfigured?(target: string, catalogue: Catalogue): void;
  lock?(payload: unknown): string;
  readonly schedule?: JobSchedule<unknown>;
  readonly choices?: Choices;
  /** The plan for a payload: of a gated job, which carries it out, and of the job that only makes it. */
  plan?(payload: unknown, ports: Ports, context: RunContext): Promise<Plan>;
  /** Of a gated job: the one that makes its plan and asks for approval. It is what a command starts. */
  readonly planning?: AnyJob;
  /** Runs and reports in one, so that the result's type need not leave the job. */
  execute(payload: unknown, ports: Ports, context: RunContext): Promise<Report>;
}

/** Defines a job: checks its shape, then forgets its types behind functions that parse the payload again. */
export function defineJob<P, R, N extends PortName>(
  job: Job<P, R, N> & { readonly gate: Gate<NoInfer<P>, NoInfer<N>> },
): Accepting<P> & { readonly planning: Accepting<P> };
export function defineJob<P, R, N extends PortName>(job: Job<P, R, N>): Accepting<P>;
export function defineJob<P, R, N extends PortName>(job: Job<P, R, N>): Accepting<P> {
  const { lock, schedule, gate, targetKind, choices, mustBeConfigured } = job;
  // Nobody is asked before scheduled work, so nothing that cannot be undone may come by itself.
  if (schedule && job.queue === 'danger') throw new Error(`job ${job.name} is dangerous and may not be scheduled`);
  if (gate && job.queue !== 'danger') throw new Error(`job ${job.name} has a gate and is not on the danger queue`);
  const known = {
    payload: job.payload,
    accepts: job.payload,
    needs: job.needs,
    target: (payload: unknown) => job.target(job.payload.parse(payload)),
    ...(targetKind ? { targetKind } : {}),
    ...(choices ? { choices } : {}),
    ...(mustBeConfigured ? { mustBeConfigured } : {}),
    access: (payload: unknown) => job.access(job.payload.parse(payload)),
  };
  return {
    ...known,
    name: job.name,
    queue: job.queue,
    steps: job.steps,
    ...(lock ? { lock: (payload: unknown) => lock(job.payload.parse(payload)) } : {}),
    ...(schedule ? { schedule } : {}),
    ...(gate ? gated(job, gate, known) : {}),
    async execute(payload, ports, context) {
      const parsed = job.payload.parse(payload);
      const result = await job.run(parsed, only(ports, job.needs), context);
      return job.report(result, parsed);
    },
  };
}

/** Who may ask for the work may ask for its plan; making it changes nothing, so it needs no lock. */
function gated<P, R, N extends PortName>(
  job: Job<P, R, N>,
  gate: Gate<P, N>,
  known: Omit<Accepting<P>, 'name' | 'queue' | 'steps' | 'execute'>,
) {
  const plan = (payload: unknown, ports: Ports, context: RunContext) =>
    gate.plan(job.payload.parse(payload), only(ports, job.needs), context);
  const planning: Accepting<P> = {
    ...known,
    name: `plan-${job.name}`,
    queue: 'read',
    steps: gate.steps,
    plan,
    execute: async (payload, ports, context) => (await plan(payload, ports, context)).report,
  };
  return { plan, planning };
}

function only<N extends PortName>(ports: Ports, names: readonly N[]): Pick<Ports, N> {
  const granted: Partial<Ports> = {};
  for (const name of names) granted[name] = ports[name];
  return granted as Pick<Ports, N>;
}
