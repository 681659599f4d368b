import { channelTypeOf } from './channel-json.ts';
import { messageJson } from './message-json.ts';
import { nextTimestamp } from './messages.ts';
import type { Channel, JsonObject, Message } from './model.ts';
import type { EventName, Slack } from './slack.ts';
import { directMessage, isMember } from './state.ts';
import { viewJson } from './views.ts';

const messageEvents: Readonly<Record<Channel['kind'], EventName>> = {
  public: 'message.channels',
  private: 'message.groups',
  im: 'message.im',
};

/** Tells the app about a new message, as far as it subscribed and is a member: `message`, and `app_mention` when it is named. */
export function announceMessage(slack: Slack, channel: Channel, message: Message): void {
  const { app } = slack.state;
  if (!isMember(channel, app.botUserId) || message.onlyYou) return;
  const event = {
    ...messageJson(slack.state, message),
    ...filesIn(channel, message),
    channel: channel.id,
    event_ts: message.ts,
  };
  const subtype = message.files.length > 0 && !message.subtype ? { subtype: 'file_share' } : {};
  announce(slack, messageEvents[channel.kind], { ...event, ...subtype, channel_type: channelTypeOf(channel) });
  const isNamed = message.text.includes(`<@${app.botUserId}>`) && message.user !== app.botUserId;
  if (isNamed && channel.kind !== 'im') announce(slack, 'app_mention', { ...event, type: 'app_mention' });
}

/**
 * What is otherwise about an event with files: it does not say the writer's workspace (slackapi/slack-api-specs#62), and where a channel is
 * shared with another company the files have to be asked for. Source: docs.slack.dev/apis/slack-connect.
 */
function filesIn({ isShared }: Channel, { files }: Message): JsonObject {
  if (files.length === 0) return {};
  const hidden = { mode: 'file_access', file_access: 'check_file_info', created: 0, timestamp: 0, user: '' };
  return {
    ...{ team: undefined, upload: false, display_as_bot: false },
    ...(isShared ? { files: files.map(({ id }) => ({ id, ...hidden })) } : {}),
  };
}

/** `message_changed` and `message_deleted`, for apps that subscribed to messages. */
export function announceChange(slack: Slack, channel: Channel, before: Message, after: Message | undefined): void {
  if (!isMember(channel, slack.state.app.botUserId)) return;
  const ts = nextTimestamp(slack.state, channel.id);
  announce(slack, messageEvents[channel.kind], {
    type: 'message',
    subtype: after ? 'message_changed' : 'message_deleted',
    hidden: true,
    channel: channel.id,
    channel_type: channelTypeOf(channel),
    ts,
    event_ts: ts,
    previous_message: messageJson(slack.state, before),
    ...(after ? { message: messageJson(slack.state, after) } : { deleted_ts: before.ts }),
  });
}

export function announceHomeOpened(slack: Slack, user: string): void {
  const { state } = slack;
  const view = state.homes.get(user);
  const channel = directMessage(state, user).id;
  announce(slack, 'app_home_opened', {
    type: 'app_home_opened',
    user,
    channel,
    tab: 'home',
    event_ts: nextTimestamp(state, channel),
    ...(view ? { view: viewJson(state, view) } : {}),
  });
}

export function announceJoin(slack: Slack, channel: Channel, user: string, inviter: string): void {
  announce(slack, 'member_joined_channel', {
    type: 'member_joined_channel',
    user,
    channel: channel.id,
    channel_type: channel.kind === 'private' ? 'G' : 'C',
    team: slack.state.team.id,
    inviter,
    event_ts: nextTimestamp(slack.state, channel.id),
  });
}

function announce(slack: Slack, name: EventName, event: JsonObject): void {
  if (!slack.manifest.events.includes(name)) return;
  const { app, team, clock, nextId } = slack.state;
  void slack.deliveries.sendEvent({
    token: app.verificationToken,
    team_id: team.id,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: nextId('Ev'),
    event_time: Math.floor(clock.now().getTime() / 1000),
    authorizations: [
      { enterprise_id: null, team_id: team.id, user_id: app.botUserId, is_bot: true, is_enterprise_install: false },
    ],
    is_ext_shared_channel: slack.state.channels.get(String(event.channel))?.isShared ?? false,
    event_context: `4-${name}`,
  });
}
