import { createHmac } from 'node:crypto';
import { HTTPReceiver, LogLevel } from '@slack/bolt';
import { describe, expect, it, onTestFinished } from 'vitest';
import { manualClock } from '../../sandbox/slack/server.ts';
import { button, clientOf, payloadOf, plainApp, slackWith } from './slack-people.ts';

async function pair() {
  const app = await plainApp();
  const clock = manualClock();
  const slack = await slackWith({ clock, delivery: { mode: 'http', url: app.url, signingSecret: 'shhh' } });
  return { app, clock, slack };
}

describe('HTTP delivery', () => {
  it('sends a command as a form, signed over its raw body', async () => {
    const { app, slack, clock } = await pair();
    await slack.types('alice', 'prod-1', '/salvor snapshot prod-1 --reason "a & b"');
    const [request] = app.requests;
    const timestamp = request?.headers['x-slack-request-timestamp'];
    const signature = createHmac('sha256', 'shhh').update(`v0:${timestamp}:${request?.body}`).digest('hex');
    expect(timestamp).toBe(String(Math.floor(clock.now().getTime() / 1000)));
    expect(request?.headers['x-slack-signature']).toBe(`v0=${signature}`);
    expect(request?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(payloadOf(request)).toMatchObject({
      command: '/salvor',
      text: 'snapshot prod-1 --reason "a &amp; b"',
      user_id: 'U0ALICE',
      channel_id: 'C0PROD1',
      team_id: 'T0LOCAL',
    });
  });

  it('sends an event as JSON and a click as payload=', async () => {
    const { app, slack } = await pair();
    await slack.types('alice', 'prod-1', '@salvor hello');
    const [event] = await app.received(1);
    expect(event?.headers['content-type']).toBe('application/json');
    expect(payloadOf(event)).toMatchObject({ type: 'event_callback', event: { type: 'app_mention', user: 'U0ALICE' } });
    const blocks = [{ type: 'actions', elements: [button('go', 'Go')] }];
    const posted = await clientOf(slack).chat.postMessage({ channel: 'C0PROD1', text: 'Go?', blocks });
    await slack.clicks('bob', { channel: 'prod-1', ts: posted.ts ?? '' }, 'Go');
    const click = app.requests[1];
    expect(click?.body).toMatch(/^payload=%7B/);
    expect(payloadOf(click)).toMatchObject({ type: 'block_actions', actions: [{ action_id: 'go' }] });
  });

  it.each([
    { signature: 'wrong' as const, because: 'is made with another secret' },
    { signature: 'stale' as const, because: 'is older than five minutes' },
  ])('makes a request Bolt refuses when its signature $because', async ({ signature }) => {
    const port = await import('node:net').then(freePort);
    const receiver = new HTTPReceiver({ signingSecret: 'shhh', port, logLevel: LogLevel.ERROR, logger: silent });
    await receiver.start(port);
    onTestFinished(async () => void (await receiver.stop()));
    const slack = await slackWith({
      delivery: { mode: 'http', url: `http://127.0.0.1:${port}/slack/events`, signingSecret: 'shhh' },
    });
    slack.signature = signature;
    const outcome = await slack.types('alice', 'prod-1', '/salvor help');
    expect(outcome).toEqual({ ok: false, error: '/salvor failed with the error "dispatch_failed"' });
  });

  it('dates a request five minutes and a second ahead when told to', async () => {
    const { app, slack, clock } = await pair();
    slack.signature = 'future';
    await slack.types('alice', 'prod-1', '/salvor help');
    const timestamp = Number(app.requests[0]?.headers['x-slack-request-timestamp']);
    expect(timestamp - Math.floor(clock.now().getTime() / 1000)).toBe(301);
  });

  it('checks an address by its challenge', async () => {
    const { app, slack } = await pair();
    app.answers = (request) => ({ body: { challenge: payloadOf(request).challenge ?? '' } });
    expect(await slack.verifyUrl()).toBe(true);
    app.answers = { body: 'something else' };
    expect(await slack.verifyUrl()).toBe(false);
  });

  it('tries an event again at once, after a minute and after five, under the same event_id', async () => {
    const { app, slack, clock } = await pair();
    app.answers = { status: 500 };
    await slack.types('alice', 'prod-1', '@salvor hello');
    await app.received(2);
    await slack.idle();
    clock.advance(60_000);
    await app.received(3);
    await slack.idle();
    clock.advance(300_000);
    const requests = await app.received(4);
    await slack.idle();
    clock.advance(3_600_000);
    await slack.idle();
    expect(requests.map(({ headers }) => headers['x-slack-retry-num'])).toEqual([undefined, '1', '2', '3']);
    expect(requests[1]?.headers['x-slack-retry-reason']).toBe('http_error');
    expect(new Set(requests.map((request) => payloadOf(request).event_id)).size).toBe(1);
    expect(app.requests).toHaveLength(4);
  });

  it('stops trying when the app says x-slack-no-retry', async () => {
    const { app, slack, clock } = await pair();
    app.answers = { status: 500, headers: { 'x-slack-no-retry': '1' } };
    await slack.types('alice', 'prod-1', '@salvor hello');
    await app.received(1);
    await slack.idle();
    clock.advance(3_600_000);
    await slack.idle();
    expect(app.requests).toHaveLength(1);
  });

  it('never sends twice what a person did, but can be told to', async () => {
    const { app, slack } = await pair();
    app.answers = { status: 500 };
    await slack.types('alice', 'prod-1', '/salvor help');
    expect(app.requests).toHaveLength(1);
    await slack.redeliver();
    expect(payloadOf(app.requests[1])).toEqual(payloadOf(app.requests[0]));
  });
});

describe('the three seconds', () => {
  it('gives up on a command the app did not ack, and tells the person', async () => {
    const { app, slack, clock } = await pair();
    app.answers = 'never';
    const outcome = slack.types('alice', 'prod-1', '/salvor help');
    await app.received(1);
    clock.advance(2999);
    expect(slack.errorsShown('alice')).toEqual([]);
    clock.advance(1);
    expect(await outcome).toEqual({ ok: false, error: '/salvor failed with the error "operation_timeout"' });
    expect(slack.errorsShown('alice').map(({ text }) => text)).toEqual([
      '/salvor failed with the error "operation_timeout"',
    ]);
    expect(slack.errorsShown('bob')).toEqual([]);
  });

  it('shows what the app says in its ack', async () => {
    const { app, slack } = await pair();
    app.answers = { body: { text: 'On it.', response_type: 'in_channel' } };
    expect(await slack.types('alice', 'prod-1', '/salvor help')).toEqual({ ok: true });
    expect(slack.messages('prod-1').map(({ text }) => text)).toEqual(['/salvor help', 'On it.']);
  });

  it('shows an error when the blocks of the ack are wrong', async () => {
    const { app, slack } = await pair();
    app.answers = { body: { blocks: [{ type: 'section' }] } };
    const outcome = await slack.types('alice', 'prod-1', '/salvor help');
    expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining('invalid_command_response') });
    expect(slack.messages('prod-1', { as: 'alice' })).toEqual([]);
  });
});

const silent = {
  debug() {},
  info() {},
  warn() {},
  error() {},
  setLevel() {},
  getLevel: () => LogLevel.ERROR,
  setName() {},
};

async function freePort({ createServer }: typeof import('node:net')): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}
