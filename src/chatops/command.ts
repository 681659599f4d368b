import type { z } from 'zod';
import type { Runs } from '../ports/runs.ts';
import type { Schedules } from '../ports/schedules.ts';
import { type Access, type Actor, authorise, type Role } from './access.ts';
import type { AsTyped } from './as-typed.ts';
import type { AnyJob } from './job.ts';
import type { Keepers } from './keepers.ts';
import type { Report } from './report.ts';
import type { RunRecord } from './run.ts';
import type { TargetKind } from './target.ts';

/** A file that somebody gave beside their words. */
export interface GivenFile {
  readonly name: string;
  readonly text: string;
}

interface Words<I> {
  /** Same as its file's name. */
  readonly name: string;
  /** Above a form of it and on its button: 'Plan a restore'. 24 characters at most; its name where nothing must be given. */
  readonly title?: string;
  readonly summary: string;
  /** Positions and flags, from which the words are read: `snapshot <cluster> [--reason <text>]`. */
  readonly usage: string;
  /** A test parses each. */
  readonly examples: readonly [string, ...string[]];
  readonly input: z.ZodType<I>;
}

/** A command that enqueues a run. `F` is what it makes of a file. */
export interface QueuedCommand<I, P, F> extends Words<I> {
  /** The object itself: a missing job cannot compile. */
  readonly job: AnyJob & { readonly accepts: z.ZodType<P> };
  /**
   * Of files beside the words, what the job needs: payloads are kept with the run. What is in them may be written to do harm, and the bot hears
   * nobody while this keeps it busy. Without it files are refused, not passed over.
   */
  readFiles?(files: readonly GivenFile[]): Promise<readonly F[]>;
  payload(input: I, read: readonly F[]): P;
}

/** Something people can say besides commands, for help. */
export interface Saying {
  readonly word: string;
  /** '@salvor logs' */
  readonly typed: string;
  readonly does: string;
  /** The right it takes; without it anybody may say it of what they may see. */
  readonly role?: Role;
}

/** What a command that answers at once may look at. It reads and steers runs; it reaches nothing that work is done to. */
export interface Desk extends Keepers {
  readonly actor: Actor;
  readonly now: Date;
  readonly runs: Runs;
  readonly schedules: Schedules;
  readonly commands: readonly AnyCommand[];
  /** What can be said in the thread of a run; nothing in a terminal, which has none. */
  readonly sayings: readonly Saying[];
  /** Everything there is, by its name. */
  readonly targets: ReadonlyMap<string, TargetKind>;
  /** For tables, whose cells are strings; elsewhere a command is a Value of its own. */
  readonly asTyped: AsTyped;
  /** The one cluster of this channel, where it has one. */
  readonly cluster: string | undefined;
  /** What this channel is bound to, of whatever kind, if it is bound to one thing. */
  readonly here: string | undefined;
  /** A run this person may see ('viewer') or steer ('operator'). Throws Refusal. */
  find(runId: string, role: 'viewer' | 'operator'): Promise<RunRecord>;
  /** Goes on with approved work that stopped in the middle, or takes it back. Throws Refusal. */
  again(approvalId: string, mode: 'resume' | 'rollback'): Promise<Report>;
  /** A link to the root message of a run, where it has one. */
  linkTo(runId: string): Promise<string | undefined>;
}

/** What a person may look at, of one kind or of all; also that on which they may do anything else. */
export const visibleTo = ({ actor, targets }: Pick<Desk, 'actor' | 'targets'>, kind?: TargetKind): readonly string[] =>
  namesOf(targets, kind).filter((target) => authorise(actor, { role: 'viewer', target }).kind === 'yes');

/** Names of one kind, or of all. */
export const namesOf = (targets: Desk['targets'], kind?: TargetKind): readonly string[] =>
  [...targets].flatMap(([name, its]) => (kind === undefined || its === kind ? [name] : []));

/** A command answered at once by the bot, seen by the person who asked alone: it must work when no worker does. */
export interface DirectCommand<I> extends Words<I> {
  /** The right it takes on what is in question, for help; without it anybody may use it on what they may see. */
  readonly role?: Role;
  answer(input: I, desk: Desk): Promise<Report>;
}

/** A command with its types forgotten, as the registry keeps it. */
export interface AnyCommand extends Words<unknown> {
  /** What to enqueue, for a command that enqueues. */
  readonly work?: {
    readonly job: AnyJob;
    readonly takesFiles: boolean;
    payload(input: unknown, files: readonly GivenFile[]): Promise<unknown>;
  };
  /** What to answer, for a command that answers at once. */
  answer?(input: unknown, desk: Desk): Promise<Report>;
  /** The right an answering command takes; see DirectCommand. */
  readonly role?: Role;
  /** What this command takes of a person for a given target; undefined when anyone may. */
  access(input: unknown): Access | undefined;
}

/** Defines a command that enqueues a run of its job. */
export function defineCommand<I, P, F = never>(command: QueuedCommand<I, P, F>): AnyCommand {
  const payload = (input: unknown, read: readonly F[]): P => command.payload(command.input.parse(input), read);
  return {
    ...wordsOf(command),
    work: {
      job: command.job,
      takesFiles: command.readFiles !== undefined,
      payload: async (input, files) =>
        payload(input, files.length > 0 ? ((await command.readFiles?.(files)) ?? []) : []),
    },
    access: (input) => command.job.access(payload(input, [])),
  };
}

/** Defines a command that is answered at once, to the person alone. */
export function defineAnswer<I>(command: DirectCommand<I>): AnyCommand {
  return {
    ...wordsOf(command),
    ...(command.role ? { role: command.role } : {}),
    answer: (input, desk) => command.answer(command.input.parse(input), desk),
    access: () => undefined,
  };
}

function wordsOf({ name, title, summary, usage, examples, input }: Words<unknown>): Words<unknown> {
  return { name, ...(title === undefined ? {} : { title }), summary, usage, examples, input };
}
