import { parseArgs } from 'node:util';
import { z } from 'zod';
import { nearest } from '../chatops/nearest.ts';

export const usageOf = (program: string): string => `Usage: ${program} <what>

  bot                      hears and answers Slack
  worker [--site NAME]     works on the runs of one site (main)
  all [--site NAME]        both in one process
  run "WORDS" --as ID      a command as in Slack, for the day Slack is down; ID is your Slack member id;
                           ${program} run "help" --as ID says which commands there are
      --site NAME          where this machine has the keys of one site alone
      --manifests PATH     of upgrade: a file, or a folder of .yaml, .yml and .json, to be looked at too
      --artifacts DIR      where the files of the report go, such as the Markdown and the JSON of upgrade
  audit verify             proves that the record of who did what is whole: exit code 1 and where, if it is not
  check-config [--role R] [--site NAME]
                           reads salvor.yaml and the environment, tells every problem (R: bot, worker or all)
  manifest [--url URL]     prints the Slack app manifest; for HTTP mode with the address of the bot, https://…
  help                     prints this

  Exit codes: 0 done, and no bad news; 1 not done, or bad news; 64 refused before anything began, as a word or a right that is not there.
  Of run "upgrade …": 0 ready, 2 blockers, 3 unknown.

  --grace SECONDS          how long a worker that is told to stop lets its runs end before it hands them over (20);
                           whoever stops it must wait 10 s longer before killing it, and longer still for a step of a restore
  --http-port N            where bot and worker serve /livez, /readyz and /metrics
  --alerts-port N          where a bot takes alerts; both for several on one machine, else salvor.yaml says
  SALVOR_CONFIG            where salvor.yaml is (./salvor.yaml)`;

const options = {
  site: { type: 'string' },
  as: { type: 'string' },
  role: { type: 'string' },
  manifests: { type: 'string' },
  artifacts: { type: 'string' },
  url: { type: 'string' },
  command: { type: 'string' },
  grace: { type: 'string' },
  'http-port': { type: 'string' },
  'alerts-port': { type: 'string' },
  verbose: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const text = z
  .string('needs a value')
  .regex(/^(?!--)/, 'needs a value')
  .optional();
const set = z.literal(true, 'takes no value').optional();

const Flags = z.object({
  site: text,
  as: text,
  role: text,
  manifests: text,
  artifacts: text,
  url: text,
  command: text,
  grace: text,
  'http-port': text,
  'alerts-port': text,
  verbose: set,
  help: set,
} satisfies Record<keyof typeof options, z.ZodType>);

export interface CommandLine {
  readonly flags: z.infer<typeof Flags>;
  readonly what: string | undefined;
  /** All that is no option of ours, as one command of the chat: a slash command's name and `run` in front of it are left out. */
  readonly words: string;
  /** The first option that is none of ours. */
  readonly strange: string | undefined;
  /** The option of ours that was meant by it, it seems. */
  readonly meant: string | undefined;
  /** What is wrong with an option of ours. */
  readonly problem: string | undefined;
}

/** Reads what stands behind `node src/main.ts`. Never throws: what is wrong is for whoever knows what was meant. */
export function readCommandLine(args: readonly string[]): CommandLine {
  const { values, tokens, positionals } = parseArgs({
    args: [...args],
    options,
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const strangers = tokens.flatMap((token) =>
    token.kind === 'option' && !Object.hasOwn(options, token.name) ? [token] : [],
  );
  const pieces = tokens.flatMap((token) => {
    if (token.kind === 'positional') return [token.value];
    const stranger = strangers.find((one) => one === token);
    return stranger ? [stranger.rawName + (stranger.value === undefined ? '' : `=${stranger.value}`)] : [];
  });
  const { data: flags = {}, error } = Flags.safeParse(values);
  return {
    flags,
    what: positionals[0],
    words: joined(pieces),
    strange: strangers[0]?.rawName,
    meant: strangers.flatMap(({ name }) => nearest(name, Object.keys(options)) ?? []).map((name) => `--${name}`)[0],
    problem: error?.issues.map(({ path, message }) => `--${path.join('.')} ${message}.`).join(' '),
  };
}

/** What a shell took apart, in one piece again. The first piece may be a whole command. */
function joined(pieces: readonly string[]): string {
  const [first = '', ...rest] = pieces[0] === 'run' ? pieces.slice(1) : pieces;
  return [first, ...rest.map(quoted)].join(' ').replace(/^\/[a-z-]+ +/, '');
}

function quoted(piece: string): string {
  const [, name = '', value = piece] = /^(--[a-z-]+=)?(.*)$/s.exec(piece) ?? [];
  if (!/\s/.test(value)) return piece;
  return value.includes('"') ? `${name}'${value}'` : `${name}"${value}"`;
}
