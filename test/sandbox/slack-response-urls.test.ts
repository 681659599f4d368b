import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../sandbox/slack/model.ts';
import { manualClock } from '../../sandbox/slack/server.ts';
import { button, clientOf, payloadOf, plainApp, slackWith } from './slack-people.ts';

async function commandUrl() {
  const app = await plainApp();
  const clock = manualClock();
  const slack = await slackWith({ clock, delivery: { mode: 'http', url: app.url } });
  await slack.types('alice', 'prod-1', '/salvor help');
  return { app, clock, slack, url: String(payloadOf(app.requests[0]).response_url) };
}

async function clickUrl(onlyYou: boolean) {
  const { app, slack } = await commandUrl();
  const blocks = [{ type: 'actions', elements: [button('go', 'Go')] }];
  const message = { channel: 'C0PROD1', text: 'Go?', blocks };
  const client = clientOf(slack);
  const ts = onlyYou
    ? (await client.chat.postEphemeral({ ...message, user: 'U0BOB' })).message_ts
    : (await client.chat.postMessage(message)).ts;
  await slack.clicks('bob', { channel: 'prod-1', ts: ts ?? '' }, 'Go');
  return { slack, payload: payloadOf(app.requests.at(-1)), url: String(payloadOf(app.requests.at(-1)).response_url) };
}

async function post(url: string, body: JsonObject) {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: await response.json() };
}

describe('response_url', () => {
  it('answers so that only the person sees it, unless told in_channel', async () => {
    const { slack, url } = await commandUrl();
    expect(await post(url, { text: 'psst' })).toEqual({ status: 200, body: { ok: true } });
    await post(url, { text: 'hear', response_type: 'in_channel' });
    expect(slack.messages('prod-1', { as: 'alice' }).map(({ text }) => text)).toEqual(['psst', 'hear']);
    expect(slack.messages('prod-1', { as: 'bob' }).map(({ text }) => text)).toEqual(['hear']);
  });

  it('is good five times', async () => {
    const { url } = await commandUrl();
    for (let use = 1; use <= 5; use += 1) expect((await post(url, { text: `use ${use}` })).status).toBe(200);
    expect(await post(url, { text: 'use 6' })).toEqual({ status: 404, body: { ok: false, error: 'used_url' } });
  });

  it('is good for thirty minutes', async () => {
    const { url, clock } = await commandUrl();
    clock.advance(30 * 60_000 - 1);
    expect((await post(url, { text: 'in time' })).status).toBe(200);
    clock.advance(1);
    expect(await post(url, { text: 'late' })).toEqual({ status: 404, body: { ok: false, error: 'expired_url' } });
  });

  it('refuses wrong blocks and nothing at all', async () => {
    const { url } = await commandUrl();
    expect(await post(url, {})).toEqual({ status: 400, body: { ok: false, error: 'no_text' } });
    const wrong = await post(url, { blocks: [{ type: 'section' }] });
    expect(wrong).toMatchObject({ status: 400, body: { error: 'invalid_blocks' } });
  });

  it('replaces and deletes the message clicked on', async () => {
    const { slack, url } = await clickUrl(false);
    await post(url, { text: 'Gone.', replace_original: true });
    expect(slack.messages('prod-1')).toMatchObject([{ text: 'Gone.', blocks: [] }]);
    await post(url, { delete_original: true });
    expect(slack.messages('prod-1')).toEqual([]);
  });

  it('replaces and deletes an only-you message, which nothing else can', async () => {
    const { slack, url, payload } = await clickUrl(true);
    expect(payload.message).toBeUndefined();
    expect(payload.container).toMatchObject({ is_ephemeral: true });
    await post(url, { text: 'Done.', replace_original: true });
    expect(slack.messages('prod-1', { as: 'bob' })).toMatchObject([{ text: 'Done.', onlyYou: 'U0BOB' }]);
    await post(url, { delete_original: true });
    expect(slack.messages('prod-1', { as: 'bob' })).toEqual([]);
  });

  it('answers in a thread only when told which', async () => {
    const { slack, url } = await commandUrl();
    const { ts: thread_ts = '' } = await clientOf(slack).chat.postMessage({ channel: 'C0PROD1', text: 'root' });
    await post(url, { text: 'here', thread_ts, response_type: 'in_channel', replace_original: false });
    expect(slack.messages('prod-1', { thread: thread_ts }).map(({ text }) => text)).toEqual(['root', 'here']);
  });

  it('fails when told to', async () => {
    const { slack, url } = await commandUrl();
    slack.fail('response_url', { status: 500 });
    const response = await fetch(url, { method: 'POST', body: '{"text":"x"}' });
    expect(response.status).toBe(500);
    expect((await post(url, { text: 'x' })).status).toBe(200);
  });
});
