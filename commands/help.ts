import { z } from 'zod';
import { authorise, type Role } from '../src/chatops/access.ts';
import { type AnyCommand, type Desk, defineAnswer, namesOf, type Saying } from '../src/chatops/command.ts';
import { findCommand } from '../src/chatops/interpret.ts';
import type { Report, Table } from '../src/chatops/report.ts';
import { roleOf } from '../src/chatops/role-of.ts';
import { kindOf, type TargetKind } from '../src/chatops/target.ts';

export default defineAnswer({
  name: 'help',
  summary: 'what you may do here',
  usage: 'help [topic]',
  examples: ['help', 'help snapshot'],
  input: z.strictObject({ topic: z.string().optional() }),
  async answer({ topic }, desk) {
    if (topic === undefined) return overview(desk);
    const isCommand = desk.commands.some((command) => command.name === topic);
    const saying = isCommand ? undefined : desk.sayings.find((one) => one.word === topic);
    return saying ? aboutSaying(saying) : oneTopic(commandOf(topic, desk), desk);
  },
});

const commandOf = (topic: string, desk: Desk): AnyCommand =>
  findCommand(desk.commands, topic, (meant) => `help ${meant}`);

function overview(desk: Desk): Report {
  const commands = desk.commands.map((one) => ({
    typed: desk.asTyped(one.usage),
    does: one.summary,
    where: allowedOn(roleOf(one), desk, kindFor(one)),
  }));
  const sayings = desk.sayings.map((one) => ({ ...one, where: allowedOn(one.role, desk) }));
  const offered = [...commands, ...sayings].filter(({ where }) => where.length > 0);
  return {
    tone: 'neutral',
    title: desk.here ? `What you may do here; this channel speaks of ${desk.here}` : 'What you may do here',
    table: desk.here ? commandsHere(offered) : commandsAnywhere(offered),
    next: ['More about one of them: ', { command: 'help <command>' }],
  };
}

interface Offered {
  readonly typed: string;
  readonly does: string;
  readonly where: readonly string[];
}

/** In a channel of one cluster or registry everything is on that one, as the title says: a column of its name would only cost room. */
const commandsHere = (offered: readonly Offered[]): Table => ({
  caption: 'Commands you may use',
  columns: ['Command', 'What it does'],
  rows: offered.map(({ typed, does }) => [typed, does]),
});

const commandsAnywhere = (offered: readonly Offered[]): Table => ({
  caption: 'Commands you may use, and on what',
  columns: ['Command', 'What it does', 'On'],
  rows: offered.map(({ typed, does, where }) => [typed, does, where.join(', ')]),
});

const withFiles =
  'attached to a message that mentions me, as a slash command carries none; in a terminal by --manifests';

function oneTopic(command: AnyCommand, desk: Desk): Report {
  const role = roleOf(command);
  const kind = kindFor(command);
  const allowed = allowedOn(role, desk, kind).join(', ') || `no ${kind ?? 'cluster or registry'}`;
  const where = role === undefined ? 'what you may see' : allowed;
  return {
    tone: 'neutral',
    title: `${desk.asTyped(command.name)}: ${command.summary}`,
    facts: [
      { label: 'Usage', value: [{ command: command.usage }] },
      {
        label: 'For example',
        value: command.examples.flatMap((example, index) => [...(index > 0 ? [' · '] : []), { command: example }]),
      },
      ...(command.work?.takesFiles ? [{ label: 'With files', value: withFiles }] : []),
      { label: 'You may use it on', value: where },
    ],
  };
}

function aboutSaying({ typed, does }: Saying): Report {
  return { tone: 'neutral', title: `${typed}: ${does}`, next: 'Say it in the thread of the run that you mean.' };
}

/** On what of a kind this person may use what takes `role`; 'yours' where anybody may on what they may see. */
function allowedOn(role: Role | undefined, desk: Desk, kind?: TargetKind): readonly string[] {
  if (role === undefined) return ['yours'];
  const named = namesOf(desk.targets, kind).filter((name) => desk.here === undefined || name === desk.here);
  return named.filter((target) => authorise(desk.actor, { role, target }).kind === 'yes');
}

/** What runs is for one kind; what is answered at once is for both. */
const kindFor = ({ work }: AnyCommand): TargetKind | undefined => work && kindOf(work.job);
