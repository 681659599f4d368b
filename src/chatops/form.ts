import type { Catalogue, Target } from '../ports/catalogue.ts';
import type { Runs } from '../ports/runs.ts';
import { type Actor, authorise, type Role } from './access.ts';
import type { AnyCommand } from './command.ts';
import { minuteInWords } from './format.ts';
import type { Incomplete } from './interpret.ts';
import { roleOf } from './role-of.ts';
import type { RunRecord } from './run.ts';
import { kindOf, TargetKind } from './target.ts';
import { parseUsage } from './usage.ts';

export interface FormOption {
  readonly value: string;
  readonly label: string;
}

/** One question of a form: to pick from, where it is known what there is, else to be written. */
export interface FormField {
  /** As in the usage: 'cluster', 'reason'. */
  readonly name: string;
  readonly isOptional: boolean;
  readonly options?: readonly FormOption[];
}

/** What a command still needs to know, asked of a person instead of refusing them. */
export interface Form {
  readonly command: string;
  /** What comes of it, in few words. */
  readonly title: string;
  readonly summary: string;
  /** What was said already, by the names in the usage. */
  readonly given: Readonly<Record<string, string>>;
  readonly fields: readonly FormField[];
}

export interface FormParts {
  readonly catalogue: Catalogue;
  readonly runs: Pick<Runs, 'list'>;
}

/** Snapshots that may be picked. */
const mostBackups = 40;

/** Asks for all that must be there and is not, and for a reason where one may be given. */
export async function formFor(
  { command, given }: Pick<Incomplete, 'command' | 'given'>,
  actor: Actor,
  channel: string | undefined,
  parts: FormParts,
): Promise<Form> {
  const usage = parseUsage(command.usage);
  const wanted = [
    ...usage.positions.map(({ name, required }) => ({ name, isOptional: !required })),
    ...usage.flags
      .filter(({ takesValue, required, name }) => takesValue && (required || name === 'reason'))
      .map(({ name, required }) => ({ name, isOptional: !required })),
  ].filter(({ name }) => !(name in given));
  const fields = await Promise.all(
    wanted.map(async (field): Promise<FormField> => {
      const options = await optionsFor(field.name, { command, given }, { actor, channel, parts });
      return options.length > 0 ? { ...field, options } : field;
    }),
  );
  const { name, title = name, summary } = command;
  return { command: name, title, summary, given, fields };
}

interface Asking {
  readonly actor: Actor;
  readonly channel: string | undefined;
  readonly parts: FormParts;
}

async function optionsFor(
  name: string,
  { command, given }: Pick<Incomplete, 'command' | 'given'>,
  asking: Asking,
): Promise<readonly FormOption[]> {
  const kind = TargetKind.safeParse(name).data;
  if (kind) return targetsFor(command, kind, asking).map((target) => ({ value: target, label: target }));
  const choices = command.work?.job.choices?.[name];
  if (!choices && name !== 'backup') return [];
  const runs = await runsOn(given[kindOf(command.work?.job ?? {})], asking);
  const said = (job: string, label: string) => factIn(runs, job, label);
  const chosen = choices?.({ given, said }).map((one) => (typeof one === 'string' ? { value: one, label: one } : one));
  return name === 'backup' ? [...(chosen ?? [latest, latestVerified]), ...taken(runs)] : (chosen ?? []);
}

/** Of those that may be meant, the ones on which this person may have it. */
function targetsFor(command: AnyCommand, kind: TargetKind, asking: Asking): readonly string[] {
  const meant = meantHere(kind, { ...asking, catalogue: asking.parts.catalogue }).map(({ name }) => name);
  const role = command.work && roleOf(command);
  return role === undefined ? meant : meant.filter((target) => may(asking.actor, role, target));
}

/** What somebody may mean who names nothing: what is spoken of here; where nothing is, all that they may look at. */
export function meantHere(
  kind: TargetKind,
  { actor, channel, catalogue }: Pick<Asking, 'actor' | 'channel'> & Pick<FormParts, 'catalogue'>,
): readonly Target[] {
  const all: readonly Target[] = kind === 'cluster' ? catalogue.clusters : catalogue.registries;
  const seen = all.filter(({ name }) => may(actor, 'viewer', name));
  const here = seen.filter(({ channels }) => channels.some((one) => one === channel));
  return here.length > 0 ? here : seen;
}

const may = (actor: Actor, role: Role, target: string): boolean => authorise(actor, { role, target }).kind === 'yes';

const latest: FormOption = { value: 'latest', label: 'latest: the newest backup' };
export const latestVerified: FormOption = {
  value: 'latest-verified',
  label: 'latest-verified: the newest that was tried out and found whole',
};

/** Newest first. */
async function runsOn(target: string | undefined, { actor, parts }: Asking): Promise<readonly RunRecord[]> {
  return target !== undefined && may(actor, 'viewer', target) ? parts.runs.list({ target, limit: 200 }) : [];
}

function factIn(runs: readonly RunRecord[], job: string, label: string): string | undefined {
  const facts = runs.filter((run) => run.job === job).flatMap(({ report }) => report?.facts ?? []);
  const value = facts.find((one) => one.label === label)?.value;
  return typeof value === 'string' ? value : undefined;
}

/** The bot has no key of any bucket: what it knows of backups is the snapshots that it saw taken. */
const taken = (runs: readonly RunRecord[]): readonly FormOption[] =>
  runs
    .filter(({ job, state }) => job === 'snapshot' && state === 'done')
    .slice(0, mostBackups)
    .map(({ id, createdAt }) => ({ value: id, label: `${id}, taken ${minuteInWords(createdAt)} UTC` }));

/** The words that the answers come to, as if they had been typed: each value stays one word, whatever stands in it. */
export function wordsOfForm(
  { name, usage }: Pick<AnyCommand, 'name' | 'usage'>,
  answers: Readonly<Record<string, string>>,
): string {
  const { positions, flags } = parseUsage(usage);
  const said = positions.map((position) => answers[position.name] ?? '');
  const end = said.indexOf('');
  const plain = (end < 0 ? said : said.slice(0, end)).map(quoted);
  const given = flags.flatMap((flag) => {
    const value = answers[flag.name] ?? '';
    if (value === '') return [];
    return [flag.takesValue ? `--${flag.name} ${quoted(value)}` : `--${flag.name}`];
  });
  return [name, ...plain, ...given].join(' ');
}

/** A dash at its start would make an option of it, quoted or not: a blank before it does not. A backslash at its end would take the quote along. */
function quoted(value: string): string {
  if (/^[A-Za-z0-9][A-Za-z0-9._:/,-]*$/.test(value)) return value;
  const inside = value
    .replace(/^\p{Pd}|^−/u, ' $&')
    .replaceAll('"', '\\"')
    .replace(/\\$/, '\\ ');
  return `"${inside}"`;
}
