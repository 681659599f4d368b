import { z } from 'zod';
import type { AnyCommand } from './command.ts';
import { Refusal } from './errors.ts';
import { listInWords } from './format.ts';
import { nearest } from './nearest.ts';
import { TargetKind } from './target.ts';
import { parseUsage, type Usage } from './usage.ts';

/** What the place a person speaks in says about what they mean. */
export interface Setting {
  /** The cluster this channel is bound to: stands in where `<cluster>` is left out. */
  readonly cluster?: string | undefined;
  /** The registry, where `<registry>` is. */
  readonly registry?: string | undefined;
  /** Names of all clusters, to tell a left-out cluster from a mistyped one. */
  readonly clusters: readonly string[];
  readonly registries?: readonly string[];
}

/** Something that must be there was left away: a person who can be asked for it is, others are refused. */
export class Incomplete extends Refusal {
  readonly command: AnyCommand;
  /** What was said, by the names in the usage; 'yes' of options without a value. */
  readonly given: Readonly<Record<string, string>>;

  constructor(refusal: Refusal, command: AnyCommand, given: Readonly<Record<string, string>>) {
    super(refusal.message, refusal.next);
    this.command = command;
    this.given = given;
  }
}

/**
 * Finds the command a person named. Throws Refusal with what they may have meant: `corrected` makes what they said out of the right name,
 * so that it can be copied.
 */
export function findCommand(
  commands: readonly AnyCommand[],
  name: string,
  corrected = (meant: string) => meant,
): AnyCommand {
  const command = commands.find((one) => one.name === name.toLowerCase());
  if (command) return command;
  const meant = nearest(
    name.toLowerCase(),
    commands.map((one) => one.name),
  );
  throw new Refusal(
    `There is no command "${name}".`,
    meant ? ['Did you mean this? ', { command: corrected(meant) }] : ['See ', { command: 'help' }],
  );
}

/** Turns the words after the command's name into its input. Throws Refusal that says what is wrong and shows the usage. */
export function interpret(command: AnyCommand, words: readonly string[], setting: Setting): unknown {
  const usage = parseUsage(command.usage);
  const refusal = (problem: string): Refusal => {
    const [example] = command.examples;
    return new Refusal(problem, ['Usage: ', { command: command.usage }, ' — for example: ', { command: example }]);
  };
  const refuse = (problem: string): never => {
    throw refusal(problem);
  };
  const { plain, flags } = readFlags(usage, words, refuse);
  const filled = fillTarget(usage, plain, setting);
  const kind = targetKindOf(usage);
  // Where the channel does not say which is meant, one word of two may be either: its place tells nothing.
  const required = usage.positions.filter((position) => position.required);
  if (kind && setting[kind] === undefined && filled.length > 0 && filled.length < required.length)
    throw new Incomplete(
      refusal(`${listInWords(required.map(({ name }) => `<${name}>`))} are both needed here.`),
      command,
      texts(flags),
    );
  const { named, missing } = placePositions(usage, filled, refuse);
  const absent =
    missing ?? usage.flags.flatMap(({ required: must, name }) => (must && !(name in flags) ? [`--${name}`] : []))[0];
  if (absent !== undefined)
    throw new Incomplete(refusal(`${absent} is missing.`), command, { ...named, ...texts(flags) });
  const result = command.input.safeParse({ ...named, ...flags });
  if (result.success) return result.data;
  return refuse(sayIssues(result.error, usage));
}

function readFlags(usage: Usage, words: readonly string[], refuse: (problem: string) => never) {
  const plain: string[] = [];
  const flags: Record<string, string | true> = {};
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('--')) {
      // One dash never starts anything we know; taking it for a name would pass options on to programs.
      if (word.startsWith('-')) refuse(`"${word}" is not an option here; options start with two dashes.`);
      plain.push(word);
      continue;
    }
    const [, name = '', inline] = /^--([^=]*)(?:=(.*))?$/su.exec(word) ?? [];
    const typed = `--${name}`;
    const flag = usage.flags.find((one) => one.name === name);
    if (!flag) {
      const meant = nearest(
        name,
        usage.flags.map((one) => one.name),
      );
      const correct = meant && `--${meant}`;
      return refuse(correct ? `There is no option ${typed}; did you mean ${correct}?` : `There is no option ${typed}.`);
    }
    if (name in flags) refuse(`${typed} is given twice.`);
    if (!flag.takesValue) {
      if (inline !== undefined) refuse(`${typed} takes no value.`);
      flags[name] = true;
      continue;
    }
    const value = inline ?? words[index + 1];
    if (value === undefined || (inline === undefined && value.startsWith('--')))
      return refuse(`${typed} needs a value.`);
    if (inline === undefined) index += 1;
    flags[name] = value;
  }
  return { plain, flags };
}

const targetKindOf = ({ positions }: Usage): TargetKind | undefined => TargetKind.safeParse(positions[0]?.name).data;

/** Where the channel is bound to a cluster and the first word is no cluster's name, the channel's cluster is meant; so with a registry. */
function fillTarget(usage: Usage, plain: readonly string[], setting: Setting): readonly string[] {
  const kind = targetKindOf(usage);
  const bound = kind && setting[kind];
  if (bound === undefined) return plain;
  const names = kind === 'registry' ? (setting.registries ?? []) : setting.clusters;
  const first = plain[0];
  if (first === undefined) return [bound];
  if (names.includes(first) || plain.length >= usage.positions.length) return plain;
  // A word near a cluster's name is a mistyped cluster, not the next argument of another one.
  return nearest(first, names) ? plain : [bound, ...plain];
}

function placePositions(usage: Usage, plain: readonly string[], refuse: (problem: string) => never) {
  const named: Record<string, string> = {};
  const missing: string[] = [];
  usage.positions.forEach((position, index) => {
    const word = plain[index];
    if (word !== undefined) named[position.name] = word;
    else if (position.required) missing.push(asInUsage(position.name, usage));
  });
  const extra = plain[usage.positions.length];
  if (extra !== undefined) refuse(`"${extra}" is one word too many. Put quotes around text with blanks.`);
  return { named, missing: missing[0] };
}

/** Options without a value are 'yes'. */
const texts = (flags: Readonly<Record<string, string | true>>): Record<string, string> =>
  Object.fromEntries(Object.entries(flags).map(([name, value]) => [name, value === true ? 'yes' : value]));

function sayIssues(error: z.ZodError, usage: Usage): string {
  return error.issues
    .map(({ path: [name], message }) => (name === undefined ? message : `${asInUsage(String(name), usage)} ${message}`))
    .join('; ');
}

/** What a person must look for in what they typed: `--since`, `<cluster>`, `[backup]`. */
function asInUsage(name: string, { flags, positions }: Usage): string {
  if (flags.some((flag) => flag.name === name)) return `--${name}`;
  const position = positions.find((one) => one.name === name);
  return position?.required === false ? `[${name}]` : `<${name}>`;
}

/** A name out of salvor.yaml or a run's id as people may type it: nothing that could be an option, a path or markup. */
export const Name = z
  .string()
  .regex(/^[a-z0-9][a-z0-9._-]{0,62}$/, 'must be lower-case letters, digits, dots and dashes, as in salvor.yaml');

/** As the message of an approval names it. */
export const ApprovalId = z.string().regex(/^a-[a-z0-9]{6,20}$/, 'must be an approval such as a-k7m2p9x4tq');

/** A backup as people name it: its id, 'latest' or 'latest-verified', a foreign one's file name or whole key. */
export const BackupName = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,500}$/, 'must be the id of a backup, latest, or the name of a file');

/** The same, or a file in an archive: `etcd-20260301.tar.gz:member/snap/db`. */
export const BackupOrFile = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9._/-]{0,500}(?:\.tar\.gz:[A-Za-z0-9._/-]{1,200})?$/,
    'must be the id of a backup, latest, or the name of a file',
  );

/** A sentence of a person's own: no control characters, at most 500. */
export const Reason = z
  .string()
  .trim()
  .min(3, 'must say in a few words why')
  .max(500, 'must be at most 500 characters')
  .regex(/^[^\p{Cc}\p{Co}\p{Cs}]*$/u, 'must be plain text on one line');

/** How long, back from now, as people type it: 30m, 12h, 7d, 2w. */
export const Age = z
  .string()
  .regex(/^[1-9]\d{0,3}[mhdw]$/, 'must be a number and a unit: 30m, 12h, 7d or 2w (minutes, hours, days, weeks)');

const unitMs: Readonly<Record<string, number>> = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 7 * 86_400_000 };

/** Of what `Age` takes. */
export const ageInMs = (age: string): number => Number(age.slice(0, -1)) * (unitMs[age.slice(-1)] ?? 0);

/** How many, from 1 to `most`, as people type it. */
export const Count = (most: number) =>
  z
    .string()
    .refine((text) => /^[1-9]\d{0,8}$/.test(text) && Number(text) <= most, `must be a number from 1 to ${most}`);
