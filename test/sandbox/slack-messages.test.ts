import { describe, expect, it } from 'vitest';
import { asRecord } from '../../sandbox/slack/json.ts';
import { manualClock } from '../../sandbox/slack/server.ts';
import { clientOf, plainApp, slackWith } from './slack-people.ts';

const channel = 'C0PROD1';

function eventsOf(slack: Awaited<ReturnType<typeof slackWith>>) {
  return slack.envelopes().map(({ payload }) => asRecord(payload.event));
}

describe('timestamps', () => {
  it('differ and grow within a channel while the clock stands still', async () => {
    const slack = await slackWith({ clock: manualClock() });
    const client = clientOf(slack);
    for (let count = 1; count <= 20; count += 1) await client.chat.postMessage({ channel, text: `${count}` });
    const timestamps = slack.messages('prod-1').map(({ ts }) => ts);
    expect(new Set(timestamps).size).toBe(20);
    expect(timestamps).toEqual(timestamps.toSorted());
    expect(timestamps[0]).toMatch(/^\d{10}\.\d{6}$/);
  });
});

describe('a reply', () => {
  it('joins the thread of the reply it names', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts: root = '' } = await client.chat.postMessage({ channel, text: 'root' });
    const first = await client.chat.postMessage({ channel, text: 'first', thread_ts: root });
    const second = await client.chat.postMessage({ channel, text: 'second', thread_ts: first.ts ?? '' });
    expect(second.message?.thread_ts).toBe(root);
    expect(slack.messages('prod-1', { thread: root })).toHaveLength(3);
  });

  it('to a thread that is gone lands in the channel, and only the answer tells', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts: root = '' } = await client.chat.postMessage({ channel, text: 'root' });
    await client.chat.delete({ channel, ts: root });
    const lost = await client.chat.postMessage({ channel, text: 'lost', thread_ts: root });
    expect(lost.message?.thread_ts).toBeUndefined();
    expect(slack.messages('prod-1').map(({ text }) => text)).toEqual(['lost']);
  });
});

describe('only-you messages', () => {
  it('are seen by that person alone, and not by the API', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    await client.chat.postEphemeral({ channel, user: 'U0BOB', text: 'psst' });
    expect(slack.messages('prod-1', { as: 'bob' })).toMatchObject([{ text: 'psst', onlyYou: 'U0BOB' }]);
    expect(slack.messages('prod-1', { as: 'alice' })).toEqual([]);
    expect(slack.messages('prod-1')).toEqual([]);
    expect((await client.conversations.history({ channel })).messages).toEqual([]);
  });
});

describe('message events', () => {
  it('reach the app for what it subscribed to, once each', async () => {
    const app = await plainApp();
    const delivery = { mode: 'http', url: app.url } as const;
    const slack = await slackWith({ delivery, events: ['app_mention', 'message.channels'] });
    await slack.types('alice', 'prod-1', 'good morning');
    await slack.types('alice', 'prod-1', '@salvor logs');
    await slack.idle();
    expect(eventsOf(slack).map(({ type, text }) => [type, text])).toEqual([
      ['message', 'good morning'],
      ['message', '<@U0SALVOR> logs'],
      ['app_mention', '<@U0SALVOR> logs'],
    ]);
    expect(eventsOf(slack)[0]).toMatchObject({ user: 'U0ALICE', channel, channel_type: 'channel', team: 'T0LOCAL' });
  });

  it('tell of mentions in threads where they happened', async () => {
    const app = await plainApp();
    const slack = await slackWith({ delivery: { mode: 'http', url: app.url } });
    const { ts = '' } = await clientOf(slack).chat.postMessage({ channel, text: 'root' });
    await slack.types('alice', 'prod-1', '@salvor logs', { thread: ts });
    expect(eventsOf(slack)).toMatchObject([{ type: 'app_mention', thread_ts: ts }]);
  });

  it('do not come from channels the bot is not in; the person is told', async () => {
    const slack = await slackWith();
    await slack.types('alice', 'private-room', '@salvor are you there?');
    expect(slack.envelopes()).toEqual([]);
    expect(slack.errorsShown('alice')[0]?.text).toBe('You mentioned @Salvor, but they’re not in this channel.');
  });

  it('name the stranger’s own team', async () => {
    const app = await plainApp();
    const slack = await slackWith({ delivery: { mode: 'http', url: app.url } });
    await slack.types('eve', 'ops', '@salvor hello');
    expect(eventsOf(slack)).toMatchObject([{ user: 'U0EVE', team: 'T0OTHER' }]);
    expect(slack.envelopes()[0]?.payload).toMatchObject({ team_id: 'T0LOCAL', is_ext_shared_channel: true });
  });

  it('come from direct messages, and tell of edits and deletions', async () => {
    const app = await plainApp();
    const slack = await slackWith({ delivery: { mode: 'http', url: app.url }, events: ['message.im'] });
    const client = clientOf(slack);
    const { channel: im = '', ts = '' } = await client.chat.postMessage({ channel: 'U0ALICE', text: 'one' });
    await slack.types('alice', im, 'hello');
    await client.chat.update({ channel: im, ts, text: 'two' });
    await client.chat.delete({ channel: im, ts });
    expect(eventsOf(slack).map(({ subtype, channel_type, bot_id }) => [subtype, channel_type, bot_id])).toEqual([
      [undefined, 'im', 'B0SALVOR'],
      [undefined, 'im', undefined],
      ['message_changed', 'im', undefined],
      ['message_deleted', 'im', undefined],
    ]);
  });
});

describe('what the window does not allow', () => {
  it('is refused with a sentence', async () => {
    const slack = await slackWith();
    await expect(slack.types('eve', 'prod-1', 'hello')).rejects.toThrow('eve is not a member of #prod-1');
    await expect(slack.types('alice', 'archived', 'hello')).rejects.toThrow('#archived is archived');
    await expect(slack.types('zoe', 'prod-1', 'hello')).rejects.toThrow('nobody called zoe');
    const root = await slack.types('alice', 'prod-1', 'root');
    const thread = root.ok ? (root.ts ?? '') : '';
    await expect(slack.types('alice', 'prod-1', '/salvor help', { thread })).rejects.toThrow(
      'not supported in threads',
    );
  });

  it('shows that a command is unknown, and knows none from another company', async () => {
    const slack = await slackWith();
    expect(await slack.types('alice', 'prod-1', '/salvar help')).toEqual({
      ok: false,
      error: '/salvar is not a valid command.',
    });
    expect(await slack.types('eve', 'ops', '/salvor help')).toMatchObject({ ok: false });
    expect(slack.envelopes()).toEqual([]);
  });
});
