import type { Ack } from './envelope.ts';
import { announceMessage } from './events.ts';
import { ApiError, CannotDo } from './failures.ts';
import { isRecord } from './json.ts';
import { findMessage, postMessage } from './messages.ts';
import type { Attached, Channel, JsonObject, Person } from './model.ts';
import { slashCommandPayload } from './payloads.ts';
import { answer } from './response-urls.ts';
import type { Outcome, Slack, SlashCommand } from './slack.ts';
import { isMember, type State, showError } from './state.ts';

/** Where a person may write: channels they are in that are not archived. Throws CannotDo. */
export function requireWritable(channel: Channel, person: Person): void {
  if (!isMember(channel, person.id)) throw new CannotDo(`${person.name} is not a member of #${channel.name}.`);
  if (channel.isArchived) throw new CannotDo(`#${channel.name} is archived: nobody can write there.`);
}

export interface SayOptions {
  readonly thread?: string | undefined;
  readonly files?: readonly Attached[] | undefined;
}

/** A message typed into the composer, of the channel or of a thread. */
export function say(
  slack: Slack,
  person: Person,
  channel: Channel,
  typed: string,
  { thread: threadTs, files = [] }: SayOptions = {},
): Outcome {
  requireWritable(channel, person);
  if (threadTs && !findMessage(slack.state, channel.id, threadTs)) throw new CannotDo('That thread is not there.');
  const message = postMessage(slack.state, {
    channel: channel.id,
    user: person.id,
    byApp: false,
    text: encoded(slack.state, typed, (user) => `<@${user.id}>`),
    files: files.map((file) => slack.uploads.attach(person.id, file)),
    ...(threadTs ? { thread_ts: threadTs } : {}),
  });
  const { app } = slack.state;
  if (message.text.includes(`<@${app.botUserId}>`) && !isMember(channel, app.botUserId)) {
    showError(slack.state, person.id, `You mentioned @${app.name}, but they’re not in this channel.`);
  }
  announceMessage(slack, channel, message);
  return { ok: true, ts: message.ts };
}

/** A slash command. Resolves when the app has answered, or Slack has given up on it. */
export async function command(slack: Slack, person: Person, channel: Channel, typed: string): Promise<Outcome> {
  requireWritable(channel, person);
  const { name, rest } = split(typed);
  const known = slack.manifest.commands.find((each) => each.command === name);
  // In a channel shared between companies the other side cannot use this workspace's commands.
  if (!known || person.teamId !== slack.state.team.id) return fail(slack, person, `${name} is not a valid command.`);
  const text = encoded(slack.state, rest, known.shouldEscape ? (user) => `<@${user.id}|${user.name}>` : undefined);
  const payload = slashCommandPayload(slack, person, channel, known, text);
  const ack = await slack.deliveries.send('slash_commands', payload, true);
  return said(slack, person, channel, known, typed, ack);
}

function split(typed: string): { readonly name: string; readonly rest: string } {
  const [, name = '', rest = ''] = /^(\/\S+)\s*([\s\S]*)$/.exec(typed.trim()) ?? [];
  return { name, rest };
}

/** What Slack sends for `typed`: the three characters escaped, and names of people turned into mentions. */
function encoded(state: State, typed: string, mention: ((person: Person) => string) | undefined): string {
  const kept = /<[@#!][^>]*>/g;
  const escaped = (text: string) => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
  const mentions = typed.match(kept) ?? [];
  const whole = typed
    .split(kept)
    .map(escaped)
    .reduce((before, part, index) => `${before}${mentions[index - 1] ?? ''}${part}`);
  if (!mention) return whole;
  return whole.replace(/(?<![\w<])@([\w.-]*\w)/g, (given, name: string) => {
    const person = [...state.people.values()].find((each) => each.name === name);
    return person ? mention(person) : given;
  });
}

function said(slack: Slack, person: Person, channel: Channel, known: SlashCommand, typed: string, ack: Ack): Outcome {
  if (ack.state === 'failed') {
    const code = ack.reason.endsWith('timeout') ? 'operation_timeout' : 'dispatch_failed';
    return fail(slack, person, `${known.command} failed with the error "${code}"`);
  }
  const body = answerOf(ack);
  if (!body) return { ok: true };
  try {
    if (body.response_type === 'in_channel') say(slack, person, channel, typed);
    answer(slack.state, { channel: channel.id, user: person.id }, body);
    return { ok: true };
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    const why = JSON.stringify({ error: error.code, ...error.extra });
    return fail(slack, person, `${known.command} failed with the error "invalid_command_response" (${why})`);
  }
}

function answerOf(ack: Ack & { readonly state: 'acked' }): JsonObject | undefined {
  if (typeof ack.body === 'string' && ack.body.trim() !== '') return { text: ack.body };
  return isRecord(ack.body) && Object.keys(ack.body).length > 0 ? ack.body : undefined;
}

function fail(slack: Slack, person: Person, error: string): Outcome {
  showError(slack.state, person.id, error);
  return { ok: false, error };
}
