import type { Channel, JsonObject } from './model.ts';
import { isMember, type State } from './state.ts';

export function channelTypeOf(channel: Channel): 'channel' | 'group' | 'im' {
  if (channel.kind === 'im') return 'im';
  return channel.kind === 'private' ? 'group' : 'channel';
}

/** A conversation the way Slack's API writes it. */
export function channelJson(state: State, channel: Channel): JsonObject {
  if (channel.kind === 'im') {
    const user = channel.members.find((member) => member !== state.app.botUserId) ?? '';
    return { id: channel.id, is_im: true, user, is_user_deleted: state.people.get(user)?.isDeleted ?? false };
  }
  const isPrivate = channel.kind === 'private';
  return {
    id: channel.id,
    name: channel.name,
    name_normalized: channel.name,
    is_channel: !isPrivate,
    is_group: isPrivate,
    is_im: false,
    is_mpim: false,
    is_private: isPrivate,
    is_archived: channel.isArchived,
    is_member: isMember(channel, state.app.botUserId),
    is_shared: channel.isShared,
    is_ext_shared: channel.isShared,
    is_org_shared: false,
    is_general: false,
    topic: { value: channel.topic, creator: '', last_set: 0 },
    purpose: { value: '', creator: '', last_set: 0 },
    num_members: channel.members.length,
    context_team_id: state.team.id,
  };
}
