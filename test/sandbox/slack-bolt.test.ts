import { createServer } from 'node:net';
import { App, HTTPReceiver, LogLevel } from '@slack/bolt';
import { afterEach, describe, expect, it } from 'vitest';
import { type LocalSlack, type LocalSlackOptions, startLocalSlack } from '../../sandbox/slack/server.ts';

/** The real Bolt against the local Slack, in both of its modes. */

let slack: LocalSlack;
let app: App;

afterEach(async () => {
  await app.stop();
  await slack.stop();
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

const options: Omit<LocalSlackOptions, 'delivery'> = {
  shortcuts: [{ name: 'Salvor: logs', callback_id: 'logs' }],
  events: ['app_mention', 'app_home_opened', 'message.im'],
};

async function startInHttpMode(): Promise<void> {
  const port = await freePort();
  slack = await startLocalSlack({
    ...options,
    delivery: { mode: 'http', url: `http://127.0.0.1:${port}/slack/events`, signingSecret: 'shhh' },
  });
  const receiver = new HTTPReceiver({ signingSecret: 'shhh', logLevel: LogLevel.ERROR });
  app = new App({
    token: slack.botToken,
    receiver,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  listen();
  await app.start({ port, host: '127.0.0.1' });
}

async function startInSocketMode(): Promise<void> {
  slack = await startLocalSlack({ ...options, delivery: { mode: 'socket' } });
  app = new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { slackApiUrl: slack.apiUrl },
  });
  listen();
  await app.start();
}

function listen(): void {
  app.command('/salvor', async ({ ack, respond, command, client }) => {
    await ack();
    if (command.text === 'post') {
      await client.chat.postMessage({ channel: command.channel_id, text: 'A card', blocks: card });
    } else await respond(`You said ${command.text}`);
  });
  app.action('approve', async ({ ack, body, client }) => {
    await ack();
    if (body.type !== 'block_actions') return;
    await client.views.open({ trigger_id: body.trigger_id, view: modal });
  });
  app.view('approval', async ({ ack, view, body, client }) => {
    const typed = view.state.values.target?.name?.value;
    if (typed !== 'prod-1') return ack({ response_action: 'errors', errors: { target: 'That is another cluster.' } });
    await ack();
    await client.chat.postMessage({ channel: 'C0PROD1', text: `Approved by <@${body.user.id}>` });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `Yes, <@${event.user}>?`, thread_ts: event.ts });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    const blocks = [{ type: 'header' as const, text: { type: 'plain_text' as const, text: 'Control plane' } }];
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks } });
  });
  app.shortcut('logs', async ({ ack, shortcut, respond }) => {
    await ack();
    if (shortcut.type === 'message_action') await respond({ text: `Logs of ${shortcut.message.ts}` });
  });
}

const card = [
  {
    type: 'actions' as const,
    elements: [
      { type: 'button' as const, action_id: 'approve', text: { type: 'plain_text' as const, text: 'Approve' } },
    ],
  },
];

const modal = {
  type: 'modal' as const,
  callback_id: 'approval',
  title: { type: 'plain_text' as const, text: 'Approve' },
  submit: { type: 'plain_text' as const, text: 'Approve' },
  blocks: [
    {
      type: 'input' as const,
      block_id: 'target',
      label: { type: 'plain_text' as const, text: 'Cluster' },
      element: { type: 'plain_text_input' as const, action_id: 'name' },
    },
  ],
};

const modes = [
  { mode: 'HTTP mode', start: startInHttpMode },
  { mode: 'Socket Mode', start: startInSocketMode },
];

describe.each(modes)('Bolt in $mode', ({ start }) => {
  it('answers a slash command so that only the person sees it', async () => {
    await start();
    expect(await slack.types('alice', '#prod-1', '/salvor hello')).toEqual({ ok: true });
    const reply = await slack.waitFor(() => slack.messages('prod-1', { as: 'alice' })[0]);
    expect(reply).toMatchObject({ text: 'You said hello', onlyYou: 'U0ALICE', bot_id: 'B0SALVOR' });
    expect(slack.messages('prod-1', { as: 'bob' })).toEqual([]);
  });

  it('gets the click on a button, opens a modal and follows its submission', async () => {
    await start();
    await slack.types('alice', '#prod-1', '/salvor post');
    const { ts } = await slack.waitFor(() => slack.messages('prod-1')[0]);
    await slack.clicks('bob', { channel: 'prod-1', ts }, 'Approve');
    const view = await slack.waitFor(() => slack.views('bob')[0]);
    const wrong = await slack.submits('bob', view.id, { target: 'prod-2' });
    expect(wrong).toMatchObject({ ok: false, errors: { target: 'That is another cluster.' } });
    expect(slack.views('bob')[0]?.errors).toEqual({ target: 'That is another cluster.' });
    expect(await slack.submits('bob', view.id, { target: 'prod-1' })).toEqual({ ok: true });
    expect(slack.views('bob')).toEqual([]);
    const said = await slack.waitFor(() => slack.messages('prod-1')[1]);
    expect(said.text).toBe('Approved by <@U0BOB>');
  });

  it('answers a mention in its thread', async () => {
    await start();
    await slack.types('carol', '#prod-1', '@salvor are you there?');
    const root = await slack.waitFor(() => slack.messages('prod-1')[0]);
    const thread = await slack.waitFor(() => {
      const found = slack.messages('prod-1', { thread: root.ts });
      return found.length === 2 && found;
    });
    expect(thread.map(({ text }) => text)).toEqual(['<@U0SALVOR> are you there?', 'Yes, <@U0CAROL>?']);
  });

  it('publishes a Home tab when a person opens it', async () => {
    await start();
    await slack.opensHome('vera');
    const home = await slack.waitFor(() => slack.home('vera'));
    expect(home.blocks[0]).toMatchObject({ type: 'header', text: { text: 'Control plane' } });
  });

  it('answers a message shortcut', async () => {
    await start();
    const { ts } = await slack.types('alice', 'prod-1', 'deploying').then((outcome) => ({ ts: '', ...outcome }));
    expect(await slack.messageShortcut('alice', 'prod-1', ts, 'logs')).toEqual({ ok: true });
    const reply = await slack.waitFor(() => slack.messages('prod-1', { as: 'alice' })[1]);
    expect(reply.text).toBe(`Logs of ${ts}`);
  });
});
