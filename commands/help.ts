import { z } from 'zod';
import { type Actor, authorise, type Role } from '../src/chatops/access.ts';
import { type AnyCommand, type Desk, defineAnswer, type Saying } from '../src/chatops/command.ts';
import { findCommand, interpret } from '../src/chatops/interpret.ts';
import type { Report } from '../src/chatops/report.ts';
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
  const rows = [...commands, ...sayings]
    .filter(({ where }) => where.length > 0)
    .map(({ typed, does, where }) => [typed, does, where.join(', ')]);
  return {
    tone: 'neutral',
    title: desk.cluster ? `What you may do here; this channel speaks of ${desk.cluster}` : 'What you may do here',
    table: { caption: 'Commands you may use', columns: ['Command', 'What it does', 'On'], rows },
    next: ['More about one of them: ', { command: 'help <command>' }],
  };
}

function oneTopic(command: AnyCommand, desk: Desk): Report {
  const where = allowedOn(roleFor(command), desk);
  return {
    tone: 'neutral',
    title: `${command.name}: ${command.summary}`,
    facts: [
      { label: 'Usage', value: [{ command: command.usage }] },
      {
        label: 'For example',
        value: command.examples.flatMap((example, index) => [...(index > 0 ? [' · '] : []), { command: example }]),
      },
      { label: 'You may use it on', value: where.length > 0 ? where.join(', ') : 'no cluster' },
    ],
  };
}

function aboutSaying({ typed, does }: Saying): Report {
  return { tone: 'neutral', title: `${typed}: ${does}`, next: 'Say it in the thread of the run that you mean.' };
}

/** The clusters on which this person may use what takes `role`; 'what you may see' where anybody may. */
function allowedOn(role: Role | undefined, desk: Desk): readonly string[] {
  if (role === undefined) return ['what you may see'];
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
  return authorise(actor, { role, cluster }).kind === 'yes';
}
