import { messageJson } from './message-json.ts';
import type { Channel, JsonObject, Message, Person, View } from './model.ts';
import type { Slack, SlashCommand } from './slack.ts';
import { viewJson } from './views.ts';

/** The bodies Slack sends for what people do. Source: docs.slack.dev/reference/interaction-payloads. */

function common(slack: Slack, person: Person): JsonObject {
  const { app, team } = slack.state;
  return {
    user: { id: person.id, username: person.name, name: person.name, team_id: person.teamId },
    api_app_id: app.id,
    token: app.verificationToken,
    team: { id: team.id, domain: team.domain },
    enterprise: null,
    is_enterprise_install: false,
  };
}

export function slashCommandPayload(
  slack: Slack,
  person: Person,
  channel: Channel,
  command: SlashCommand,
  text: string,
): JsonObject {
  const { app, team } = slack.state;
  return {
    token: app.verificationToken,
    team_id: team.id,
    team_domain: team.domain,
    channel_id: channel.id,
    channel_name: channel.kind === 'im' ? 'directmessage' : channel.kind === 'private' ? 'privategroup' : channel.name,
    user_id: person.id,
    user_name: person.name,
    command: command.command,
    text,
    api_app_id: app.id,
    is_enterprise_install: 'false',
    response_url: slack.responseUrls.issue({ channel: channel.id, user: person.id }),
    trigger_id: slack.triggers.issue({ user: person.id }),
  };
}

function messageFacts(slack: Slack, person: Person, channel: Channel, message: Message): JsonObject {
  return {
    channel: { id: channel.id, name: channel.kind === 'im' ? 'directmessage' : channel.name },
    response_url: slack.responseUrls.issue({ channel: channel.id, user: person.id, ts: message.ts }),
    trigger_id: slack.triggers.issue({ user: person.id }),
  };
}

/** A click in a message. Of an only-you message Slack tells the place, not the content. */
export function messageActionPayload(
  slack: Slack,
  person: Person,
  channel: Channel,
  message: Message,
  action: JsonObject,
  values: JsonObject,
): JsonObject {
  const isOnlyYou = message.onlyYou !== undefined;
  return {
    type: 'block_actions',
    ...common(slack, person),
    container: {
      type: 'message',
      message_ts: message.ts,
      channel_id: channel.id,
      is_ephemeral: isOnlyYou,
      ...(message.thread_ts ? { thread_ts: message.thread_ts } : {}),
    },
    ...messageFacts(slack, person, channel, message),
    ...(isOnlyYou ? {} : { message: messageJson(slack.state, message) }),
    state: { values },
    actions: [action],
  };
}

export function viewActionPayload(slack: Slack, person: Person, view: View, action: JsonObject): JsonObject {
  return {
    type: 'block_actions',
    ...common(slack, person),
    container: { type: 'view', view_id: view.id },
    trigger_id: slack.triggers.issue({ user: person.id, viewId: view.id }),
    view: viewJson(slack.state, view),
    actions: [action],
  };
}

export function viewSubmissionPayload(slack: Slack, person: Person, view: View): JsonObject {
  return {
    type: 'view_submission',
    ...common(slack, person),
    trigger_id: slack.triggers.issue({ user: person.id, viewId: view.id }),
    view: viewJson(slack.state, view),
    response_urls: [],
  };
}

export function viewClosedPayload(slack: Slack, person: Person, view: View, isCleared: boolean): JsonObject {
  return {
    type: 'view_closed',
    ...common(slack, person),
    view: viewJson(slack.state, view),
    is_cleared: isCleared,
  };
}

export function messageShortcutPayload(
  slack: Slack,
  person: Person,
  channel: Channel,
  message: Message,
  callbackId: string,
): JsonObject {
  return {
    type: 'message_action',
    ...common(slack, person),
    callback_id: callbackId,
    action_ts: `${slack.state.clock.now().getTime() / 1000}`,
    message_ts: message.ts,
    message: messageJson(slack.state, message),
    ...messageFacts(slack, person, channel, message),
  };
}
