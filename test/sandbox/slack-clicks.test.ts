import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../sandbox/slack/model.ts';
import { manualClock } from '../../sandbox/slack/server.ts';
import { button, clientOf, payloadOf, plain, plainApp, section, slackWith } from './slack-people.ts';

const channel = 'C0PROD1';
const option = (value: string, text: string) => ({ text: plain(text), value });
const select = {
  type: 'static_select',
  action_id: 'pick',
  placeholder: plain('Which backup'),
  options: [option('b1', 'Monday'), option('b2', 'Tuesday')],
};
const dialog = { title: plain('Sure?'), text: plain('No way back.'), confirm: plain('Yes'), deny: plain('No') };

async function posted(elements: readonly object[], more: { readonly thread_ts?: string } = {}) {
  const app = await plainApp();
  const clock = manualClock();
  const slack = await slackWith({ clock, delivery: { mode: 'http', url: app.url } });
  const client = clientOf(slack);
  const post = async (extra: { readonly thread_ts?: string } = more) => {
    const blocks = [section('A card'), { type: 'actions', block_id: 'row', elements }];
    return (await client.chat.postMessage({ channel, text: 'card', blocks, ...extra })).ts ?? '';
  };
  const last = (): JsonObject => payloadOf(app.requests.at(-1));
  return { app, clock, slack, client, post, last, target: { channel: 'prod-1', ts: await post() } };
}

describe('a click', () => {
  it('tells the app who, where, on what, and hands it a trigger and a response_url', async () => {
    const { slack, last, target } = await posted([button('go', 'Go', { value: 'run-1', style: 'primary' })]);
    expect(await slack.clicks('bob', target, 'Go')).toEqual({ ok: true });
    expect(last()).toMatchObject({
      type: 'block_actions',
      user: { id: 'U0BOB', username: 'bob', team_id: 'T0LOCAL' },
      team: { id: 'T0LOCAL' },
      channel: { id: channel, name: 'prod-1' },
      container: { type: 'message', message_ts: target.ts, channel_id: channel, is_ephemeral: false },
      message: { ts: target.ts, bot_id: 'B0SALVOR', text: 'card' },
      actions: [{ type: 'button', action_id: 'go', block_id: 'row', value: 'run-1', text: plain('Go') }],
      trigger_id: expect.any(String),
      response_url: expect.stringContaining('/commands/'),
    });
  });

  it('carries the thread it happened in', async () => {
    const { slack, last, target, post } = await posted([button('go', 'Go')]);
    const ts = await post({ thread_ts: target.ts });
    await slack.clicks('bob', { channel: 'prod-1', ts }, 'go');
    expect(last()).toMatchObject({ container: { thread_ts: target.ts }, message: { thread_ts: target.ts } });
  });

  it('is only possible on what the message shows now', async () => {
    const { slack, client, target, app } = await posted([button('go', 'Go')]);
    await client.chat.update({ channel, ts: target.ts, text: 'done', blocks: [section('done')] });
    await expect(slack.clicks('bob', target, 'go')).rejects.toThrow('There is no “go” here');
    await client.chat.delete({ channel, ts: target.ts });
    await expect(slack.clicks('bob', target, 'go')).rejects.toThrow('That message is not there');
    expect(app.requests).toHaveLength(0);
  });

  it('is for members of the channel, and on an only-you message for that person', async () => {
    const { slack, client, target } = await posted([button('go', 'Go')]);
    await expect(slack.clicks('eve', target, 'go')).rejects.toThrow('eve is not a member of #prod-1');
    const blocks = [{ type: 'actions', elements: [button('go', 'Go')] }];
    const { message_ts: ts = '' } = await client.chat.postEphemeral({ channel, user: 'U0BOB', text: 'x', blocks });
    await expect(slack.clicks('alice', { channel, ts }, 'go')).rejects.toThrow('That message is not there');
    expect(await slack.clicks('bob', { channel, ts }, 'go')).toEqual({ ok: true });
  });

  it('waits for the answer to its dialog', async () => {
    const { slack, target, app } = await posted([button('go', 'Go', { confirm: dialog })]);
    await expect(slack.clicks('bob', target, 'go')).rejects.toThrow('Slack asks: “Sure?”');
    expect(await slack.clicks('bob', target, 'go', undefined, { confirm: false })).toEqual({ ok: true });
    expect(app.requests).toHaveLength(0);
    await slack.clicks('bob', target, 'go', undefined, { confirm: true });
    expect(app.requests).toHaveLength(1);
  });

  it('finds one of several buttons by its value', async () => {
    const buttons = [
      button('restore', 'Restore', { value: 'b1' }),
      { ...button('restore', 'Restore', { value: 'b2' }) },
    ];
    const { slack, client, last } = await posted([button('go', 'Go')]);
    const blocks = buttons.map((each) => ({ type: 'actions', elements: [each] }));
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'list', blocks });
    await expect(slack.clicks('bob', { channel, ts }, 'restore')).rejects.toThrow('is there 2 times');
    await slack.clicks('bob', { channel, ts }, 'restore', 'b2');
    expect(last()).toMatchObject({ actions: [{ value: 'b2' }] });
  });

  it('shows an error when the app is late or broken', async () => {
    const { slack, app, clock, target } = await posted([button('go', 'Go')]);
    app.answers = 'never';
    const late = slack.clicks('bob', target, 'go');
    await app.received(1);
    clock.advance(3000);
    expect(await late).toEqual({ ok: false, error: 'Operation timed out. Apps need to respond within 3 seconds.' });
    app.answers = { status: 500 };
    const broken = await slack.clicks('bob', target, 'go');
    expect(broken).toEqual({ ok: false, error: 'This app responded with Status Code 500.' });
    expect(slack.errorsShown('bob')).toHaveLength(2);
  });
});

describe('a choice', () => {
  it('is sent with the state of all that can be chosen in the message, for each person apart', async () => {
    const boxes = { type: 'checkboxes', action_id: 'checks', options: [option('a', 'A'), option('b', 'B')] };
    const { slack, last, target } = await posted([select, boxes, button('go', 'Go')]);
    await slack.clicks('bob', target, 'pick', 'Tuesday');
    expect(last()).toMatchObject({ actions: [{ type: 'static_select', selected_option: { value: 'b2' } }] });
    await slack.clicks('bob', target, 'checks', ['a', 'b']);
    await slack.clicks('bob', target, 'go');
    expect(last().state).toMatchObject({
      values: {
        row: {
          pick: { type: 'static_select', selected_option: { value: 'b2' } },
          checks: { type: 'checkboxes', selected_options: [{ value: 'a' }, { value: 'b' }] },
        },
      },
    });
    await slack.clicks('carol', target, 'go');
    expect(last().state).toMatchObject({
      values: { row: { pick: { selected_option: null }, checks: { selected_options: [] } } },
    });
  });

  it('must be one of those offered', async () => {
    const { slack, target } = await posted([select]);
    await expect(slack.clicks('bob', target, 'pick', 'Sunday')).rejects.toThrow('there are: Monday, Tuesday');
  });

  it('in an overflow menu names its option', async () => {
    const menu = { type: 'overflow', action_id: 'more', options: [option('logs', 'Logs'), option('plan', 'Plan')] };
    const { slack, last, target } = await posted([menu]);
    await slack.clicks('bob', target, 'more', 'logs');
    expect(last()).toMatchObject({
      actions: [{ type: 'overflow', selected_option: { value: 'logs', text: plain('Logs') } }],
    });
  });
});
