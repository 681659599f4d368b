import { WebAPIHTTPError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../sandbox/slack/server.ts';
import { clientOf, refusal, section, slackWith } from './slack-people.ts';

const message = { channel: 'C0PROD1', text: 'hello' };

describe('rate limits', () => {
  it('are off until switched on', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    for (let count = 1; count <= 6; count += 1) await client.chat.postMessage(message);
    expect(slack.messages('prod-1')).toHaveLength(6);
  });

  it('let one message a second into a channel on average, in short bursts', async () => {
    const clock = manualClock();
    const slack = await slackWith({ clock, rateLimits: true });
    const client = clientOf(slack);
    for (let count = 1; count <= 4; count += 1) await client.chat.postMessage(message);
    await expect(client.chat.postMessage(message)).rejects.toBeInstanceOf(WebAPIRateLimitedError);
    await client.chat.postMessage({ ...message, channel: 'C0OPS' });
    clock.advance(4000);
    await client.chat.postMessage(message);
    expect(slack.calls('chat.postMessage').filter(({ status }) => status === 429)).toHaveLength(1);
  });

  it('count a minute by tier: fifty updates, and the wait is said in whole seconds', async () => {
    const clock = manualClock();
    const slack = await slackWith({ clock });
    const { ts = '' } = await clientOf(slack).chat.postMessage(message);
    slack.rateLimits(true);
    const headers = { 'content-type': 'application/json; charset=utf-8', authorization: `Bearer ${slack.botToken}` };
    const update = () =>
      fetch(`${slack.apiUrl}chat.update`, { method: 'POST', headers, body: JSON.stringify({ ...message, ts }) });
    for (let count = 1; count <= 50; count += 1) expect((await update()).status).toBe(200);
    clock.advance(20_500);
    const refused = await update();
    expect(refused.status).toBe(429);
    expect(refused.headers.get('retry-after')).toBe('40');
    expect(await refused.json()).toEqual({ ok: false, error: 'ratelimited' });
    clock.advance(40_000);
    expect((await update()).status).toBe(200);
  });
});

describe('a method told to fail', () => {
  it('answers 429 with Retry-After, for itself alone and as often as told', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    slack.fail('chat.postMessage', { retryAfterSeconds: 7, times: 2 });
    await client.auth.test();
    for (let count = 1; count <= 2; count += 1) {
      await expect(client.chat.postMessage(message)).rejects.toMatchObject({ retryAfter: 7 });
    }
    await client.chat.postMessage(message);
  });

  it('answers 500, or an error of Slack', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    slack.fail('chat.postMessage', { status: 500 });
    await expect(client.chat.postMessage(message)).rejects.toBeInstanceOf(WebAPIHTTPError);
    slack.fail('chat.postMessage', { error: 'fatal_error' });
    expect((await refusal(client.chat.postMessage(message))).error).toBe('fatal_error');
  });

  it('cuts the connection before or after the message is posted', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    slack.fail('chat.postMessage', { drop: true });
    await expect(client.chat.postMessage(message)).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(slack.messages('prod-1')).toHaveLength(0);
    slack.fail('chat.postMessage', { drop: 'after' });
    await expect(client.chat.postMessage(message)).rejects.toBeInstanceOf(WebAPIRequestError);
    expect(slack.messages('prod-1')).toHaveLength(1);
  });

  it('is slow by the clock', async () => {
    const clock = manualClock();
    const slack = await slackWith({ clock });
    slack.fail('chat.postMessage', { delayMs: 10_000 });
    const isWaiting = clock.nextAlarm();
    const posting = clientOf(slack).chat.postMessage(message);
    await isWaiting;
    expect(slack.messages('prod-1')).toHaveLength(0);
    clock.advance(10_000);
    await posting;
    expect(slack.messages('prod-1')).toHaveLength(1);
  });
});

describe('a Slack that is down', () => {
  it('cuts every call and every socket, and nobody can type', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    slack.down(true);
    await expect(client.auth.test()).rejects.toBeInstanceOf(WebAPIRequestError);
    await expect(slack.types('alice', 'prod-1', 'hello?')).rejects.toThrow('Slack is down.');
    slack.down('503');
    await expect(client.auth.test()).rejects.toMatchObject({ statusCode: 503 });
    slack.down(false);
    await client.auth.test();
  });
});

describe('every call', () => {
  it('is recorded with what it was answered', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    await client.chat.postMessage({ ...message, blocks: [section('x')] });
    await refusal(client.chat.postMessage({ ...message, channel: 'C0NOWHERE' }));
    expect(slack.calls().map(({ method, status, answer }) => [method, status, answer.ok])).toEqual([
      ['chat.postMessage', 200, true],
      ['chat.postMessage', 200, false],
    ]);
    expect(slack.calls('auth.test')).toEqual([]);
  });
});
