import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { manualClock } from '../../sandbox/slack/clock.ts';
import { type House, house } from './house.ts';

const channel = 'C0PROD1';

/** Every way in leads past the same questions: who is it, where, and may they. */

describe('a command', () => {
  it('in a direct message starts nothing: it is no way around the channels (CVE-2026-28392)', async () => {
    const { slack, queued } = await house();
    const im = 'D0ALICE';
    slack.state.channels.set(im, {
      id: im,
      name: 'alice',
      kind: 'im',
      topic: '',
      members: ['U0ALICE', 'U0SALVOR'],
      isArchived: false,
      isShared: false,
    });
    await slack.types('alice', im, '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => slack.messages(im, { as: 'alice' })[0]);
    expect(answer.text).toContain('prod-1 is spoken of in its own channels only');
    expect(queued).toEqual([]);
  });

  it('in a channel of another cluster starts nothing', async () => {
    const { slack, types, whispers, queued } = await house();
    await types('alice', 'C0OPS', '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => whispers('alice', 'C0OPS')[0]);
    expect(answer.text).toContain('prod-1 is spoken of in its own channels only');
    expect(queued).toEqual([]);
  });

  it('of a guest is refused', async () => {
    const { slack, types, whispers, queued } = await house();
    await types('gus', channel, '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => whispers('gus', channel)[0]);
    expect(answer.text).toContain('I take no orders from guests');
    expect(queued).toEqual([]);
  });

  it('of an approver is refused: one right is not another (CVE-2026-32906)', async () => {
    const { slack, types, whispers, queued } = await house();
    await types('bob', channel, '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => whispers('bob', channel)[0]);
    expect(answer.text).toContain('This takes the operator right on prod-1');
    expect(queued).toEqual([]);
  });

  it.each([
    'snapshot --endpoints=https://evil.example prod-1',
    'snapshot -e prod-1',
    'snapshot prod-1;reboot',
    'snapshot $(reboot)',
    'snapshot prod-1\nsnapshot prod-2',
    'snapshot ../prod-1',
    'snapshot pr\u043Ed-1',
    'snapshot prod\u200B-1',
    'snapshot \u202Eprod-1',
    'snapshot *',
  ])('with something else than a name in it starts nothing: %j', async (words) => {
    const { slack, types, whispers, queued } = await house();
    await types('alice', channel, `/salvor ${words}`);
    await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(queued).toEqual([]);
  });

  it('shows what was typed as it was typed: nothing in it calls anybody', async () => {
    const { slack, types, cards, queued } = await house();
    await types('alice', channel, '/salvor snapshot prod-1 --reason "<!channel> *boo* <https://evil.example|prod-1>"');
    await slack.waitFor(() => queued.length === 1);
    const [card] = cards(channel);
    const { text, blocks } = card ?? {};
    expect(JSON.stringify({ text, blocks })).not.toMatch(/"(broadcast|usergroup|link)"/);
    expect(text).not.toContain('<!');
    const mrkdwn = JSON.stringify(blocks).match(/"type":"mrkdwn","text":"[^"]*"/g) ?? [];
    expect(mrkdwn.join()).not.toContain('<!channel');
  });
});

describe('a press', () => {
  async function withCard(): Promise<House & { ts: string; runId: string }> {
    const all = await house();
    await all.types('alice', channel, '/salvor snapshot prod-1');
    await all.slack.waitFor(() => all.queued.length === 1);
    const [runId = ''] = all.queued;
    await all.runs.begin(runId, 'w-1');
    return { ...all, runId, ts: all.cards(channel)[0]?.ts ?? '' };
  }

  it.each(['bob', 'vera', 'gus'])('of %s, who may not stop runs, stops nothing (CVE-2026-35630)', async (person) => {
    const { slack, ts, runId, runs, whispers } = await withCard();
    await slack.clicks(person, { channel, ts }, 'Stop', undefined, { confirm: true });
    await slack.waitFor(() => whispers(person, channel)[0]);
    expect((await runs.find(runId))?.cancel).toBeUndefined();
  });

  it('of somebody from another company in a shared channel is refused', async () => {
    const { slack, types, whispers, cards, queued, runs } = await house();
    await types('alice', 'C0OPS', '/salvor snapshot prod-2');
    await slack.waitFor(() => queued.length === 1);
    const ts = cards('C0OPS')[0]?.ts ?? '';
    await slack.clicks('eve', { channel: 'C0OPS', ts }, 'Stop', undefined, { confirm: true });
    const answer = await slack.waitFor(() => whispers('eve', 'C0OPS')[0]);
    expect(answer.text).toContain('I take no orders from people of another workspace.');
    expect((await runs.find(queued[0] ?? ''))?.state).toBe('queued');
  });

  it('delivered twice has one effect (sentry#69252)', async () => {
    const { slack, ts, desk, log } = await withCard();
    let presses = 0;
    desk.replaced = {
      cancel: async () => {
        presses += 1;
        return { tone: 'neutral', title: 'asked' };
      },
    };
    await slack.clicks('alice', { channel, ts }, 'Stop', undefined, { confirm: true });
    await slack.waitFor(() => presses === 1);
    await slack.redeliver();
    await slack.waitFor(() => log.some((line) => line.words.startsWith('a delivery came again')));
    expect(presses).toBe(1);
  });

  it('is judged by what the person may do now, not by what they might when the message was made', async () => {
    const { slack, ts, runId, runs, whispers, desk } = await withCard();
    const seenGrants: unknown[] = [];
    desk.replaced = {
      cancel: async (_run, actor) => {
        seenGrants.push(actor.grants);
        return { tone: 'neutral', title: 'asked' };
      },
    };
    await slack.clicks('vera', { channel, ts }, 'Stop', undefined, { confirm: true });
    await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(seenGrants).toEqual([
      [
        { role: 'viewer', target: 'prod-1' },
        { role: 'viewer', target: 'prod-2' },
      ],
    ]);
    expect((await runs.find(runId))?.cancel).toBeUndefined();
  });
});

describe('a mention', () => {
  it('of a guest, a stranger or a bot starts nothing', async () => {
    const { slack, whispers, queued, log } = await house();
    await slack.types('gus', channel, '@salvor snapshot prod-1');
    const guest = await slack.waitFor(() => whispers('gus', channel)[0]);
    expect(guest.text).toContain('I take no orders from guests');
    await slack.types('eve', 'C0OPS', '@salvor snapshot prod-2');
    const stranger = await slack.waitFor(() => whispers('eve', 'C0OPS')[0]);
    expect(stranger.text).toContain('I take no orders from people of another workspace.');
    await deliver(slack, { bot_id: 'B0OTHER' });
    await slack.waitFor(() => log.some((line) => line.words === 'a mention that is no command was left alone'));
    expect(queued).toEqual([]);
  });

  it.each(['bot_message', 'me_message', 'message_changed', 'file_share', 'thread_broadcast'])(
    'inside a message of subtype %s starts nothing (CVE-2026-32895)',
    async (subtype) => {
      const { slack, queued, log } = await house();
      await deliver(slack, { subtype });
      await slack.waitFor(() => log.some((line) => line.words === 'a mention that is no command was left alone'));
      expect(queued).toEqual([]);
    },
  );

  it('that is an edit of an older message is refused: what was said must stay what was done (CVE-2026-32978)', async () => {
    const { slack, queued, whispers } = await house();
    await deliver(slack, { edited: { user: 'U0ALICE', ts: '1.0' } });
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toBe('I do not act on edited messages.\nNext: Write a new one.');
    expect(queued).toEqual([]);
  });

  it('in a thread believes only our own marks of which run it is', async () => {
    const { slack, whispers, queued, runs } = await house();
    await slack.types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => queued.length === 1);
    // Another app posts a message that claims to be the card of Alice's run.
    const forged = await slack.types('vera', channel, 'Waiting: snapshot of prod-1');
    const ts = 'ts' in forged ? (forged.ts ?? '') : '';
    const message = slack.state.messages.get(channel)?.get(ts);
    const metadata = { event_type: 'salvor_letter', event_payload: { letter: 'card:x', run: queued[0] ?? '' } };
    if (message) slack.state.messages.get(channel)?.set(ts, { ...message, bot_id: 'B0OTHER', metadata });
    await slack.types('alice', channel, '@salvor cancel', { thread: ts });
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toContain('This thread is not one of my runs.');
    expect((await runs.find(queued[0] ?? ''))?.state).toBe('queued');
  });
});

describe('a request to the door in http mode', () => {
  /** Slack and Salvor look at one clock that stands: how long the way of a request takes decides nothing. */
  async function atOneMoment(moment = new Date()) {
    const clock = manualClock(moment);
    return { clock, ...(await house({ mode: 'http', clock, slack: { clock } })) };
  }

  it.each(['wrong', 'stale', 'future'] as const)('with a %s signature is refused', async (signature) => {
    const { slack, queued } = await atOneMoment();
    slack.signature = signature;
    const outcome = await slack.types('alice', channel, '/salvor snapshot prod-1');
    expect(outcome.ok).toBe(false);
    expect(queued).toEqual([]);
    slack.signature = 'right';
    await slack.types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => queued.length === 1);
  });

  it('is refused while it comes from more than five minutes ahead, to the millisecond', async () => {
    const { clock, app } = await atOneMoment(aFullSecond());
    const ahead = signed(body, new Date(clock.now().getTime() + 301_000));
    clock.advance(999);
    expect((await send(app, body, ahead)).status).toBe(401);
    clock.advance(1);
    expect((await send(app, body, ahead)).status).toBe(200);
  });

  it.each([
    ['none', {}],
    ['a timestamp that is no number', { 'x-slack-request-timestamp': '1e9' }],
    ['a signature and no timestamp', { 'x-slack-signature': 'v0=00' }],
    ['a timestamp and no signature', { 'x-slack-request-timestamp': `${Math.floor(Date.now() / 1000)}` }],
  ])('with %s is refused', async (_, headers) => {
    const { app } = await house({ mode: 'http' });
    expect((await send(app, body, headers)).status).toBe(401);
  });

  it('cannot smuggle a command past the check as an ssl_check', async () => {
    const { app, queued } = await house({ mode: 'http' });
    await send(app, `${body}&ssl_check=1`, {});
    expect(queued).toEqual([]);
  });

  it('is refused when it is larger than anything Slack sends', async () => {
    const { app } = await house({ mode: 'http' });
    const large = `${body}&text=${'x'.repeat(1_100_000)}`;
    expect((await send(app, large, signed(large))).status).toBe(413);
  });

  it('to any other place or by any other method finds nothing', async () => {
    const { app } = await house({ mode: 'http' });
    const { host, port } = app.address() ?? {};
    expect((await fetch(`http://${host}:${port}/`)).status).toBe(404);
    expect((await fetch(`http://${host}:${port}/slack/events`)).status).toBe(404);
    expect((await fetch(`http://${host}:${port}/slack/install`)).status).toBe(404);
  });
});

const body = new URLSearchParams({
  command: '/salvor',
  text: 'snapshot prod-1',
  user_id: 'U0ALICE',
  team_id: 'T0LOCAL',
  channel_id: channel,
  trigger_id: 'forged',
}).toString();

/** The one that has just begun: timestamps have no parts of it. */
function aFullSecond(): Date {
  return new Date(Math.floor(Date.now() / 1000) * 1000);
}

function signed(text: string, at = new Date()): Record<string, string> {
  const stamp = `${Math.floor(at.getTime() / 1000)}`;
  const hash = createHmac('sha256', 'shhh').update(`v0:${stamp}:${text}`).digest('hex');
  return { 'x-slack-request-timestamp': stamp, 'x-slack-signature': `v0=${hash}` };
}

function send(app: House['app'], text: string, headers: Record<string, string>): Promise<Response> {
  const { host, port } = app.address() ?? {};
  return fetch(`http://${host}:${port}/slack/events`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    body: text,
  });
}

/** An app_mention by Alice as Slack would send it, with something about it changed. */
async function deliver(slack: House['slack'], change: object): Promise<void> {
  const event = {
    type: 'app_mention',
    user: 'U0ALICE',
    text: '<@U0SALVOR> snapshot prod-1',
    channel,
    ts: '1.1',
    team: 'T0LOCAL',
    ...change,
  };
  const payload = { type: 'event_callback', event_id: 'Ev0FORGED', team_id: 'T0LOCAL', event };
  await slack.redeliver({ id: 'forged', type: 'events_api', payload, acceptsResponse: false });
}
