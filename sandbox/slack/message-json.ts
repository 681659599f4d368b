import { repliesTo } from './messages.ts';
import type { JsonObject, Message, StoredFile } from './model.ts';
import type { State } from './state.ts';

/** A message the way Slack's API and payloads write it. */
export function messageJson(state: State, message: Message): JsonObject {
  const replies = message.thread_ts === message.ts ? repliesTo(state, message) : [];
  return {
    type: 'message',
    ...(message.subtype ? { subtype: message.subtype } : {}),
    user: message.user,
    ts: message.ts,
    ...(message.bot_id ? { bot_id: message.bot_id, app_id: state.app.id } : {}),
    text: message.text,
    team: state.people.get(message.user)?.teamId ?? state.team.id,
    ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    ...(message.blocks.length > 0 ? { blocks: message.blocks } : {}),
    ...(message.attachments.length > 0 ? { attachments: message.attachments } : {}),
    ...(message.files.length > 0 ? { files: message.files.map((file) => fileJson(state, file)) } : {}),
    ...(message.reactions.length > 0
      ? { reactions: message.reactions.map((each) => ({ ...each, count: each.users.length })) }
      : {}),
    ...(message.edited ? { edited: message.edited } : {}),
    ...(message.metadata ? { metadata: message.metadata } : {}),
    ...(replies.length > 0 ? threadFacts(replies) : {}),
  };
}

function threadFacts(replies: readonly Message[]): JsonObject {
  const users = [...new Set(replies.map((reply) => reply.user))];
  return {
    reply_count: replies.length,
    reply_users: users,
    reply_users_count: users.length,
    latest_reply: replies.at(-1)?.ts ?? '',
  };
}

export function fileJson(state: State, file: StoredFile): JsonObject {
  return {
    id: file.id,
    name: file.name,
    title: file.title,
    mimetype: file.mimetype,
    filetype: file.name.split('.').at(-1) ?? '',
    size: file.sizeBytes,
    mode: 'hosted',
    user: file.user,
    user_team: state.people.get(file.user)?.teamId ?? state.team.id,
    is_external: false,
    file_access: 'visible',
    url_private: privateUrl(state, file),
    url_private_download: privateUrl(state, file, 'download/'),
    permalink: file.url,
    ...(file.altText ? { alt_txt: file.altText } : {}),
  };
}

/** Where an app gets it, with its token. */
function privateUrl(state: State, { id, name, url }: StoredFile, download = ''): string {
  return new URL(`/files-pri/${state.team.id}-${id}/${download}${encodeURIComponent(name)}`, url).href;
}
