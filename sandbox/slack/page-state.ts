import { stateValues } from './element-values.ts';
import { repliesTo, visibleMessages } from './messages.ts';
import type { Channel, Message, PageChannel, PageMessage, PagePerson, PageState, Person } from './model.ts';
import type { Slack } from './slack.ts';
import { choiceKey, isMember, type State } from './state.ts';
import { stackOf } from './views.ts';

/** All that `me` can see, in one piece: the page draws it anew after each change. */
export function pageState(slack: Slack, me: Person): PageState {
  const { state, manifest } = slack;
  const channels = [...state.channels.values()].filter(
    (channel) => channel.kind === 'public' || isMember(channel, me.id),
  );
  return {
    me: pagePerson(state, me),
    people: [...state.people.values()].map((person) => pagePerson(state, person)),
    usergroups: [...state.usergroups.values()].map(({ id, handle }) => ({ id, handle })),
    channels: channels.map((channel) => pageChannel(state, channel, me)),
    views: stackOf(state, me.id),
    home: state.homes.get(me.id) ?? null,
    errors: state.errors.get(me.id) ?? [],
    commands: manifest.commands.map(({ command, description, usage_hint }) => ({ command, description, usage_hint })),
    shortcuts: manifest.shortcuts,
    files: [...state.files.values()],
    seq: state.seq(),
  };
}

function pagePerson(state: State, person: Person): PagePerson {
  return {
    id: person.id,
    name: person.name,
    realName: person.realName,
    isBot: person.isBot ?? false,
    isGuest: person.isGuest ?? false,
    isStranger: person.teamId !== state.team.id,
  };
}

function pageChannel(state: State, channel: Channel, me: Person): PageChannel {
  return {
    id: channel.id,
    name: channel.kind === 'im' ? state.app.name : channel.name,
    kind: channel.kind,
    isMember: isMember(channel, me.id),
    isArchived: channel.isArchived,
    topic: channel.topic,
    messages: visibleMessages(state, channel.id, me.id).map((message) => pageMessage(state, message, me)),
  };
}

function pageMessage(state: State, message: Message, me: Person): PageMessage {
  const replies = message.thread_ts === message.ts ? repliesTo(state, message).length : 0;
  const chosen = stateValues(message.blocks, state.choices.get(choiceKey(me.id, message.channel, message.ts)));
  return {
    ts: message.ts,
    user: message.user,
    text: message.text,
    blocks: message.blocks,
    files: message.files,
    reactions: message.reactions,
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    ...(message.bot_id ? { bot: state.app.name } : {}),
    ...(message.subtype ? { subtype: message.subtype } : {}),
    // Slack marks edited text; cards made of blocks change without a mark.
    ...(message.edited && message.blocks.length === 0 ? { edited: true } : {}),
    ...(message.onlyYou ? { onlyYou: true } : {}),
    ...(replies > 0 ? { reply_count: replies } : {}),
    ...(Object.keys(chosen).length > 0 ? { state: chosen } : {}),
  };
}
