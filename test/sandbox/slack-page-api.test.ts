import { describe, expect, it } from 'vitest';
import type { JsonObject, PageState } from '../../sandbox/slack/model.ts';
import type { LocalSlack } from '../../sandbox/slack/server.ts';
import { button, clientOf, payloadOf, plain, plainApp, slackWith } from './slack-people.ts';

const channel = 'C0PROD1';

async function stateFor(slack: LocalSlack, user: string): Promise<PageState> {
  return JSON.parse(await (await fetch(`${slack.pageUrl}state?user=${user}`)).text());
}

async function post(slack: LocalSlack, what: string, body: JsonObject): Promise<unknown> {
  const headers = { 'content-type': 'application/json' };
  return (await fetch(`${slack.pageUrl}${what}`, { method: 'POST', headers, body: JSON.stringify(body) })).json();
}

describe('the page’s API', () => {
  it('shows each person what they may see', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'root' });
    await client.chat.postMessage({ channel, text: 'reply', thread_ts: ts });
    await client.chat.postEphemeral({ channel, text: 'psst', user: 'U0ALICE' });
    const alice = await stateFor(slack, 'alice');
    expect(alice.me).toMatchObject({ id: 'U0ALICE', isStranger: false });
    expect(alice.channels.map(({ name }) => name)).toEqual(['prod-1', 'ops', 'private-room', 'archived']);
    expect(alice.channels[0]?.messages).toMatchObject([
      { text: 'root', bot: 'Salvor', reply_count: 1 },
      { text: 'reply', thread_ts: ts },
      { text: 'psst', onlyYou: true },
    ]);
    expect(alice.commands[0]).toMatchObject({ command: '/salvor' });
    const gus = await stateFor(slack, 'gus');
    expect(gus.channels.map(({ name, isMember }) => [name, isMember])).toEqual([
      ['prod-1', true],
      ['ops', false],
      ['archived', false],
    ]);
    expect(gus.channels[0]?.messages).toHaveLength(2);
  });

  it('tells of every change as it happens', async () => {
    const slack = await slackWith();
    const stop = new AbortController();
    const stream = await fetch(`${slack.pageUrl}events?user=alice`, { signal: stop.signal });
    const reader = stream.body?.pipeThrough(new TextDecoderStream()).getReader();
    const first = await reader?.read();
    await slack.types('bob', 'prod-1', 'news');
    const second = await reader?.read();
    stop.abort();
    expect(first?.value).toMatch(/^event: changed\ndata: \d+\n\n/);
    expect(second?.value).toMatch(/^event: changed\ndata: \d+\n\n/);
    expect(second?.value).not.toBe(first?.value);
  });

  it('types commands and messages, clicks, submits and closes', async () => {
    const app = await plainApp();
    const slack = await slackWith({ delivery: { mode: 'http', url: app.url } });
    const client = clientOf(slack);
    expect(await post(slack, 'command', { user: 'alice', channel, text: '/salvor help' })).toEqual({ ok: true });
    expect(await post(slack, 'message', { user: 'alice', channel, text: 'hello' })).toEqual({ ok: true });
    const files = [{ name: 'a.yaml', base64: Buffer.from('kind: A').toString('base64') }];
    expect(await post(slack, 'message', { user: 'alice', channel, text: '', files })).toEqual({ ok: true });
    expect(slack.messages(channel).at(-1)?.files).toMatchObject([{ name: 'a.yaml', sizeBytes: 7, user: 'U0ALICE' }]);
    const blocks = [{ type: 'actions', block_id: 'row', elements: [button('go', 'Go')] }];
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'Go?', blocks });
    const click = { user: 'alice', channel, ts, block_id: 'row', action_id: 'go' };
    expect(await post(slack, 'action', click)).toEqual({ ok: true });
    await client.views.open({
      trigger_id: String(payloadOf(app.requests.at(-1)).trigger_id),
      view: {
        type: 'modal',
        title: plain('Why'),
        submit: plain('Go'),
        notify_on_close: true,
        blocks: [
          {
            type: 'input',
            block_id: 'why',
            label: plain('Why'),
            element: { type: 'plain_text_input', action_id: 'text' },
          },
        ],
      },
    });
    const view_id = (await stateFor(slack, 'alice')).views[0]?.id ?? '';
    expect(await post(slack, 'submit', { user: 'alice', view_id, values: {} })).toEqual({
      ok: false,
      error: 'Please complete this required field.',
    });
    expect(await post(slack, 'submit', { user: 'alice', view_id, values: { why: { text: 'because' } } })).toEqual({
      ok: true,
    });
    expect(payloadOf(app.requests.at(-1))).toMatchObject({
      view: { state: { values: { why: { text: { value: 'because' } } } } },
    });
    expect(await post(slack, 'close', { user: 'alice', view_id })).toEqual({
      ok: false,
      error: 'That modal is not open.',
    });
    expect(await post(slack, 'home', { user: 'alice' })).toEqual({ ok: true });
    await app.received(4);
  });

  it('answers with a sentence when something cannot be done', async () => {
    const slack = await slackWith();
    const gone = await post(slack, 'action', { user: 'alice', channel, ts: '1.1', block_id: 'a', action_id: 'b' });
    expect(gone).toEqual({ ok: false, error: 'That message is not there.' });
    const form = await fetch(`${slack.pageUrl}message`, { method: 'POST', body: 'user=alice' });
    expect(await form.json()).toEqual({ ok: false, error: 'Send JSON.' });
    expect((await fetch(`${slack.pageUrl}..%2f..%2fpackage.json`)).status).toBe(404);
  });
});
