import { ApiError } from '../failures.ts';
import { messageJson } from '../message-json.ts';
import { findMessage, replaceMessage } from '../messages.ts';
import type { JsonObject, Message } from '../model.ts';
import { type Call, type Methods, writableChannel } from './method.ts';

export const reactionsMethods = {
  'reactions.add': { tier: 3, scopes: ['reactions:write'], run: add },
  'reactions.remove': { tier: 2, scopes: ['reactions:write'], run: remove },
  'reactions.get': { tier: 3, scopes: ['reactions:read'], run: get },
} as const satisfies Methods;

function reactedTo({ args, state }: Call): Message {
  if (!args.has('channel') || !args.has('timestamp')) throw new ApiError('no_item_specified');
  const channel = writableChannel(state, args.text('channel'));
  const message = findMessage(state, channel.id, args.text('timestamp'));
  if (!message || message.onlyYou) throw new ApiError('message_not_found');
  return message;
}

function nameIn({ args }: Call): string {
  const name = args.text('name');
  if (!/^[a-z0-9_'+-]+(::skin-tone-[2-6])?$/.test(name)) throw new ApiError('invalid_name');
  return name;
}

function add(call: Call): JsonObject {
  const message = reactedTo(call);
  const name = nameIn(call);
  const { botUserId } = call.state.app;
  const known = message.reactions.find((reaction) => reaction.name === name);
  if (known?.users.includes(botUserId)) throw new ApiError('already_reacted');
  const next = { name, users: [...(known?.users ?? []), botUserId] };
  const others = message.reactions.filter((reaction) => reaction !== known);
  replaceMessage(call.state, { ...message, reactions: [...others, next] });
  return {};
}

function remove(call: Call): JsonObject {
  const message = reactedTo(call);
  const name = nameIn(call);
  const { botUserId } = call.state.app;
  const known = message.reactions.find((reaction) => reaction.name === name);
  if (!known?.users.includes(botUserId)) throw new ApiError('no_reaction');
  const users = known.users.filter((user) => user !== botUserId);
  const others = message.reactions.filter((reaction) => reaction !== known);
  replaceMessage(call.state, { ...message, reactions: users.length > 0 ? [...others, { name, users }] : others });
  return {};
}

function get(call: Call): JsonObject {
  const message = reactedTo(call);
  return { type: 'message', channel: message.channel, message: messageJson(call.state, message) };
}
