import { once } from 'node:events';
import { describe, expect, it, onTestFinished } from 'vitest';
import { WebSocket } from 'ws';
import { asRecord, asText } from '../../sandbox/slack/json.ts';
import type { JsonObject } from '../../sandbox/slack/model.ts';
import { type LocalSlack, manualClock } from '../../sandbox/slack/server.ts';
import { clientOf, refusal, slackWith } from './slack-people.ts';

interface Line {
  readonly socket: WebSocket;
  readonly received: JsonObject[];
  next(): Promise<JsonObject>;
  say(message: JsonObject): void;
}

/** A raw socket, that can fall silent. */
async function lineTo(url: string): Promise<Line> {
  const socket = new WebSocket(url);
  onTestFinished(() => socket.terminate());
  const received: JsonObject[] = [];
  let read = 0;
  let wake = () => {};
  socket.on('message', (data) => {
    received.push(asRecord(JSON.parse(String(data))));
    wake();
  });
  socket.on('error', () => {});
  await once(socket, 'open');
  return {
    socket,
    received,
    say: (message) => socket.send(JSON.stringify(message)),
    async next() {
      if (received.length === read) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      read += 1;
      return received[read - 1] ?? {};
    },
  };
}

async function connected(slack: LocalSlack): Promise<Line> {
  const { url } = await clientOf(slack, slack.appToken).apps.connections.open({});
  const line = await lineTo(url ?? '');
  expect(await line.next()).toMatchObject({ type: 'hello', connection_info: { app_id: 'A0SALVOR' } });
  return line;
}

describe('Socket Mode', () => {
  it('opens for the app token alone', async () => {
    const slack = await slackWith();
    const asBot = await refusal(clientOf(slack).apps.connections.open({}));
    expect(asBot.error).toBe('not_allowed_token_type');
  });

  it('takes a ticket once, and only while it is fresh', async () => {
    const clock = manualClock();
    const slack = await slackWith({ clock });
    const { url = '' } = await clientOf(slack, slack.appToken).apps.connections.open({});
    await lineTo(url);
    await expect(lineTo(url)).rejects.toThrow('401');
    const late = await clientOf(slack, slack.appToken).apps.connections.open({});
    clock.advance(30_000);
    await expect(lineTo(late.url ?? '')).rejects.toThrow('401');
  });

  it('sends each envelope to one connection, in turn', async () => {
    const slack = await slackWith();
    const lines = [await connected(slack), await connected(slack)];
    for (const line of lines) {
      line.socket.on('message', (data) => line.say({ envelope_id: asRecord(JSON.parse(String(data))).envelope_id }));
    }
    await slack.types('alice', 'prod-1', '/salvor one');
    await slack.types('alice', 'prod-1', '/salvor two');
    expect(lines.map((line) => line.received.length)).toEqual([2, 2]);
  });

  it('takes an ack alone, or with what to answer', async () => {
    const slack = await slackWith();
    const line = await connected(slack);
    const bare = slack.types('alice', 'prod-1', '/salvor one');
    line.say({ envelope_id: (await line.next()).envelope_id });
    expect(await bare).toEqual({ ok: true });
    const spoken = slack.types('alice', 'prod-1', '/salvor two');
    const envelope = await line.next();
    expect(envelope).toMatchObject({ type: 'slash_commands', accepts_response_payload: true });
    line.say({ envelope_id: envelope.envelope_id, payload: { text: 'Two it is.' } });
    expect(await spoken).toEqual({ ok: true });
    expect(slack.messages('prod-1', { as: 'alice' }).map(({ text }) => text)).toEqual(['Two it is.']);
  });

  it('throws a late ack away and tells the person', async () => {
    const clock = manualClock();
    const slack = await slackWith({ clock });
    const line = await connected(slack);
    const outcome = slack.types('alice', 'prod-1', '/salvor slow');
    const envelope = await line.next();
    clock.advance(3000);
    expect(await outcome).toEqual({ ok: false, error: '/salvor failed with the error "operation_timeout"' });
    line.say({ envelope_id: envelope.envelope_id, payload: { text: 'Too late.' } });
    const second = slack.types('alice', 'prod-1', '/salvor again');
    line.say({ envelope_id: (await line.next()).envelope_id });
    await second;
    expect(slack.messages('prod-1', { as: 'alice' })).toEqual([]);
  });

  it('tells the person when no socket is there', async () => {
    const slack = await slackWith();
    const outcome = await slack.types('alice', 'prod-1', '/salvor help');
    expect(outcome).toEqual({ ok: false, error: '/salvor failed with the error "dispatch_failed"' });
  });

  it('delivers an event again when its ack did not come, saying which time it is', async () => {
    const clock = manualClock();
    const slack = await slackWith({ clock });
    const line = await connected(slack);
    await slack.types('alice', 'prod-1', '@salvor hello');
    const first = await line.next();
    expect(first).toMatchObject({ type: 'events_api', retry_attempt: 0, retry_reason: '' });
    clock.advance(3000);
    const second = await line.next();
    expect(second).toMatchObject({ retry_attempt: 1, retry_reason: 'timeout' });
    expect(asRecord(second.payload).event_id).toBe(asRecord(first.payload).event_id);
    line.say({ envelope_id: second.envelope_id });
    await slack.idle();
    clock.advance(3_600_000);
    await slack.idle();
    expect(line.received.map(({ type }) => type)).toEqual(['hello', 'events_api', 'events_api']);
  });

  it('turns the eleventh connection away', async () => {
    const slack = await slackWith();
    for (let count = 1; count <= 10; count += 1) await connected(slack);
    expect(slack.connections()).toBe(10);
    const { url = '' } = await clientOf(slack, slack.appToken).apps.connections.open({});
    const line = await lineTo(url);
    expect(await line.next()).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    expect(slack.connections()).toBe(10);
  });

  it('warns, refreshes, and disables the link', async () => {
    const slack = await slackWith();
    const warned = await connected(slack);
    slack.disconnect('warning');
    expect(await warned.next()).toMatchObject({ type: 'disconnect', reason: 'warning' });
    expect(warned.socket.readyState).toBe(WebSocket.OPEN);
    const closed = once(warned.socket, 'close');
    slack.disconnect('refresh_requested');
    expect(await warned.next()).toMatchObject({ reason: 'refresh_requested' });
    await closed;
    const disabled = await connected(slack);
    slack.disconnect('link_disabled');
    expect(await disabled.next()).toMatchObject({ reason: 'link_disabled' });
    const again = await refusal(clientOf(slack, slack.appToken).apps.connections.open({}));
    expect(asText(again.error)).not.toBe('');
  });

  it('cuts every socket when told to', async () => {
    const slack = await slackWith();
    const line = await connected(slack);
    const closed = once(line.socket, 'close');
    slack.dropSockets();
    await closed;
    await slack.waitFor(() => slack.connections() === 0);
  });

  it('has no sockets and takes none while Slack is down', async () => {
    const slack = await slackWith();
    const line = await connected(slack);
    const { url = '' } = await clientOf(slack, slack.appToken).apps.connections.open({});
    const closed = once(line.socket, 'close');
    slack.down(true);
    await closed;
    await expect(lineTo(url)).rejects.toThrow();
    slack.down(false);
    await connected(slack);
    expect(slack.connections()).toBe(1);
  });

  it('sends an envelope again, ids and all, when told to', async () => {
    const slack = await slackWith();
    const line = await connected(slack);
    line.socket.on('message', (data) => line.say({ envelope_id: asRecord(JSON.parse(String(data))).envelope_id }));
    await slack.types('alice', 'prod-1', '/salvor snapshot');
    expect(await slack.redeliver()).toEqual({ state: 'acked', body: undefined });
    const [first, second] = [await line.next(), await line.next()];
    expect(second).toEqual(first);
  });

  it('is not there for an app that gets its payloads over HTTP', async () => {
    const slack = await slackWith({ delivery: { mode: 'http', url: 'http://127.0.0.1:9/' } });
    expect((await refusal(clientOf(slack, slack.appToken).apps.connections.open({}))).ok).toBe(false);
  });
});
