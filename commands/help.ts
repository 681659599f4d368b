import { z } from 'zod';
import { type Actor, authorise, type Role } from '../src/chatops/access.ts';
import { type AnyCommand, type Desk, defineAnswer, type Saying } from '../src/chatops/command.ts';
import { findCommand, interpret } from '../src/chatops/interpret.ts';
import type { Report, Table } from '../src/chatops/report.ts';
import { words } from '../src/chatops/words.ts';

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
    where: allowedOn(roleFor(one), desk),
  }));
  const sayings = desk.sayings.map((one) => ({ ...one, where: allowedOn(one.role, desk) }));
  const offered = [...commands, ...sayings].filter(({ where }) => where.length > 0);
  return {
    tone: 'neutral',
    title: desk.cluster ? `What you may do here; this channel speaks of ${desk.cluster}` : 'What you may do here',
    table: desk.cluster ? commandsHere(offered) : commandsAnywhere(offered),
    next: ['More about one of them: ', { command: 'help <command>' }],
  };
}

interface Offered {
  readonly typed: string;
  readonly does: string;
  readonly where: readonly string[];
}

/** In a channel of one cluster everything is on that one, as the title says: a column of its name would only cost room. */
const commandsHere = (offered: readonly Offered[]): Table => ({
  caption: 'Commands you may use',
  columns: ['Command', 'What it does'],
  rows: offered.map(({ typed, does }) => [typed, does]),
});

const commandsAnywhere = (offered: readonly Offered[]): Table => ({
  caption: 'Commands you may use, and on which clusters',
  columns: ['Command', 'What it does', 'On'],
  rows: offered.map(({ typed, does, where }) => [typed, does, where.join(', ')]),
});

const withFiles =
  'attached to a message that mentions me, as a slash command carries none; in a terminal by --manifests';

function oneTopic(command: AnyCommand, desk: Desk): Report {
  const role = roleFor(command);
  const where = role === undefined ? 'what you may see' : allowedOn(role, desk).join(', ') || 'no cluster';
  return {
    tone: 'neutral',
    title: `${command.name}: ${command.summary}`,
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

/** The clusters on which this person may use what takes `role`; 'yours' where anybody may on what they may see. */
function allowedOn(role: Role | undefined, desk: Desk): readonly string[] {
  if (role === undefined) return ['yours'];
  const clusters = desk.cluster ? [desk.cluster] : desk.clusters;
  return clusters.filter((cluster) => mayUse(desk.actor, role, cluster));
}

/** A command's first example says what it takes: the same right is asked of every cluster. */
function roleFor(command: AnyCommand): Role | undefined {
  if (command.role) return command.role;
  const [, ...typed] = words(command.examples[0]);
  const input = interpret(command, typed, { clusters: [] });
  return command.access(input)?.role;
}

function mayUse(actor: Actor, role: Role, cluster: string): boolean {
  return authorise(actor, { role, target: cluster }).kind === 'yes';
}
