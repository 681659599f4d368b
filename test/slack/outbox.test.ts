import { describe, expect, it } from 'vitest';
import type { Report } from '../../src/chatops/report.ts';
import type { Run } from '../../src/chatops/run.ts';
import { createClients } from '../../src/slack/clients.ts';
import { createSender, type Sender } from '../../src/slack/outbox.ts';
import { createTraces } from '../../src/slack/traces.ts';
import { createVoices } from '../../src/slack/voices.ts';
import { createFakeApprovalDesk } from '../fakes/approval-desk.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns } from '../fakes/runs.ts';
import { slackWith } from '../sandbox/slack-people.ts';
import { createFakeLogger } from './house.ts';
import { alice } from './runs-to-show.ts';

const channel = 'C0PROD1';
const saved: Report = { tone: 'good', title: 'Saved 507 MiB' };

async function office() {
  const slack = await slackWith();
  const clock = createFakeClock(new Date());
  const outbox = createFakeOutbox(clock);
  const runs = createFakeRuns(clock, outbox);
  const { logger, lines } = createFakeLogger();
  const clients = createClients({ token: slack.botToken, apiUrl: slack.apiUrl, logger, onCall: () => undefined });
  const wait = async (ms: number) => clock.advance(ms);
  const traces = createTraces(clients.background, () => slack.state.app.botId);
  const approvals = createFakeApprovalDesk();
  const facts = {
    runs,
    outbox,
    approvals,
    clients,
    traces,
    clock,
    logger,
    calledAs: '/salvor',
    voices: createVoices({ language: 'en', channels: {}, names: [] }, { locale: async () => undefined }),
    botName: () => 'salvor',
  };
  const makeSender = (): Sender => createSender({ ...facts, wait });
  let number = 0;

  /** A run that has just been recorded in a channel. */
  async function asked(more: Partial<Run> = {}): Promise<Run> {
    number += 1;
    const run: Run = {
      id: `r-${number}`,
      job: 'snapshot',
      payload: {},
      target: 'prod-1',
      site: 'main',
      queue: 'write',
      actor: alice,
      words: 'snapshot prod-1',
      thread: { channel },
      createdAt: clock.now(),
      ...more,
    };
    await runs.admit(run);
    return run;
  }

  return {
    slack,
    clock,
    outbox,
    runs,
    approvals,
    lines,
    asked,
    makeSender,
    sender: makeSender(),
    /** Until nothing is due, letting time pass for what is due later. */
    async sendAll(sender: Sender, forMs = 120_000) {
      for (
        const untilMs = clock.now().getTime() + forMs;
        clock.now().getTime() < untilMs && outbox.letters().length > 0;
      ) {
        if (!(await sender.sendNext())) clock.advance(500);
      }
    },
    roots: () => slack.messages(channel).filter((one) => (one.thread_ts ?? one.ts) === one.ts),
    thread: (ts: string) => slack.messages(channel, { thread: ts }).filter((one) => one.ts !== ts),
  };
}

describe('a card', () => {
  it('is posted, then edited in place as the run goes on', async () => {
    const { asked, runs, sender, sendAll, roots, slack } = await office();
    const run = await asked();
    await sendAll(sender);
    await runs.begin(run.id, 'w-1');
    await sendAll(sender);
    await runs.end(run.id, 1, { state: 'done', report: saved });
    await sendAll(sender);
    expect(roots()).toHaveLength(1);
    expect(roots()[0]?.text).toBe('Done: Saved 507 MiB');
    expect(slack.calls('chat.update').length).toBeGreaterThanOrEqual(2);
  });

  it('is not posted twice when the connection is cut between the yes of Slack and ours', async () => {
    const { asked, runs, sender, sendAll, roots, slack } = await office();
    const run = await asked();
    slack.fail('chat.postMessage', { drop: 'after' });
    await sendAll(sender);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
    expect(roots()).toHaveLength(1);
    expect((await runs.find(run.id))?.thread?.ts).toBe(roots()[0]?.ts);
  });

  it('is not posted twice under the message that asked for it either, and is found there by what follows', async () => {
    const { asked, runs, sender, sendAll, roots, slack } = await office();
    const said = await slack.types('alice', channel, '@salvor snapshot prod-1');
    const under = 'ts' in said ? (said.ts ?? '') : '';
    const run = await asked({ thread: { channel, under } });
    slack.fail('chat.postMessage', { drop: 'after' });
    await sendAll(sender);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, { state: 'done', report: saved });
    await sendAll(sender);
    const [, card, result, ...more] = slack.messages(channel, { thread: under });
    expect([card?.ts, card?.text]).toEqual([(await runs.find(run.id))?.thread?.ts, 'Done: Saved 507 MiB']);
    expect([result?.text, more]).toEqual(['Saved 507 MiB', []]);
    expect(roots().map(({ ts }) => ts)).toEqual([under]);
  });

  it('stands in the channel, with all that follows, when the message that asked for it is gone', async () => {
    const { asked, runs, sender, sendAll, roots, thread } = await office();
    const run = await asked({ thread: { channel, under: '1.000001' } });
    await sendAll(sender);
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, { state: 'done', report: saved });
    await sendAll(sender);
    expect(roots().map(({ text }) => text)).toEqual(['Done: Saved 507 MiB']);
    expect(thread(roots()[0]?.ts ?? '').map(({ text }) => text)).toContain('Saved 507 MiB');
  });

  it('is not posted twice when its sender dies after posting', async () => {
    const { asked, outbox, clock, makeSender, sendAll, roots, runs } = await office();
    const run = await asked();
    const { sent, ...rest } = outbox;
    // A sender that posts and then is gone: neither the run nor the outbox hears of it.
    const dying = { ...rest, address: runs.address };
    const address = runs.address;
    runs.address = () => Promise.reject(new Error('killed'));
    outbox.sent = outbox.postpone = () => Promise.reject(new Error('killed'));
    await expect(makeSender().sendNext()).rejects.toThrow('killed');
    Object.assign(outbox, { sent, postpone: dying.postpone });
    runs.address = address;
    clock.advance(61_000);
    await sendAll(makeSender());
    expect(roots()).toHaveLength(1);
    expect((await runs.find(run.id))?.thread?.ts).toBe(roots()[0]?.ts);
  });

  it('that people deleted is posted anew once, and its thread goes on there', async () => {
    const { asked, runs, sender, sendAll, roots, thread, slack } = await office();
    const run = await asked();
    await sendAll(sender);
    await remove(slack, roots()[0]?.ts);
    for (const worker of ['w-1', 'w-2', 'w-3']) {
      await runs.begin(run.id, worker);
      await sendAll(sender);
    }
    expect(roots()).toHaveLength(1);
    expect(failedEdits(slack)).toBe(1);
    await runs.end(run.id, 3, { state: 'done', report: saved });
    await sendAll(sender);
    const [anew] = roots();
    expect(anew?.text).toBe('Done: Saved 507 MiB');
    expect(thread(anew?.ts ?? '')[0]?.text).toBe('Saved 507 MiB');
    expect(slack.messages(channel).filter((one) => one.text.startsWith('Saved'))).toHaveLength(0);
  });

  it('that people delete again is left deleted', async () => {
    const { asked, runs, sender, sendAll, roots, slack, outbox } = await office();
    const run = await asked();
    await sendAll(sender);
    await remove(slack, roots()[0]?.ts);
    await runs.begin(run.id, 'w-1');
    await sendAll(sender);
    await remove(slack, roots()[0]?.ts);
    for (let count = 0; count < 3; count += 1) {
      await runs.change(run.id, 1, { steps: [{ name: 'stream', state: 'in_progress' }] });
      await sendAll(sender);
    }
    expect(roots()).toHaveLength(0);
    expect(failedEdits(slack)).toBe(2);
    await runs.end(run.id, 1, { state: 'done', report: saved });
    await sendAll(sender);
    expect(roots().map((one) => one.text)).toEqual(['Saved 507 MiB']);
    expect(outbox.letters()).toEqual([]);
  });

  it('is sent as text when Slack does not take its blocks', async () => {
    const { asked, sender, sendAll, roots, slack, lines } = await office();
    await asked();
    slack.fail('chat.postMessage', { error: 'invalid_blocks' });
    await sendAll(sender);
    expect(roots()[0]).toMatchObject({ text: 'Waiting: snapshot of prod-1\nRun r-1', blocks: [] });
    expect(lines.some((line) => line.level === 'error' && line.words.startsWith('Slack refused the blocks'))).toBe(
      true,
    );
  });

  it('that can never be shown is given up, said in the log, and ends a run nobody has begun', async () => {
    const { asked, runs, sender, sendAll, outbox } = await office();
    const run = await asked({ thread: { channel: 'C0ARCHIVED' } });
    await sendAll(sender);
    expect((await runs.find(run.id))?.state).toBe('refused');
    expect(outbox.letters()).toEqual([]);
    expect(outbox.givenUp()).toEqual([]);
  });

  it('that can never be shown does not stop what a schedule asked for', async () => {
    const { asked, runs, sender, sendAll, outbox, lines } = await office();
    const actor = { ...alice, kind: 'schedule' as const };
    const run = await asked({ thread: { channel: 'C0ARCHIVED' }, actor });
    await sendAll(sender);
    expect((await runs.find(run.id))?.state).toBe('queued');
    expect(outbox.givenUp()).toMatchObject([{ id: `card:${run.id}`, why: 'is_archived' }]);
    expect(lines.at(-1)).toMatchObject({ level: 'error', words: 'Slack refused a letter for good' });
  });

  it('waits while the app is not let in', async () => {
    const { asked, sender, sendAll, roots, outbox, slack } = await office();
    await asked();
    slack.fail('*', { error: 'token_revoked', times: Number.POSITIVE_INFINITY });
    await sendAll(sender, 300_000);
    expect(outbox.letters()).toHaveLength(1);
    slack.fail('*', undefined);
    await sendAll(sender);
    expect(roots()).toHaveLength(1);
  });

  it('of a run in a terminal is nothing to send', async () => {
    const { asked, sender, sendAll, outbox, slack } = await office();
    await asked();
    await outbox.put('card:gone', { kind: 'card', runId: 'gone' });
    await sendAll(sender);
    expect(outbox.letters()).toEqual([]);
    expect(slack.calls('chat.postMessage')).toHaveLength(1);
  });
});

describe('the limits of Slack', () => {
  it('let one message a second into a channel', async () => {
    const { asked, sender, sendAll, slack, clock } = await office();
    slack.rateLimits(false);
    for (let index = 0; index < 10; index += 1) await asked();
    const startedAtMs = clock.now().getTime();
    await sendAll(sender);
    expect(slack.calls('chat.postMessage')).toHaveLength(10);
    expect(clock.now().getTime() - startedAtMs).toBeGreaterThanOrEqual(9000);
  });

  it('let forty edits a minute out of the whole app', async () => {
    const { asked, runs, sender, sendAll, slack, clock } = await office();
    const all = [];
    for (let index = 0; index < 50; index += 1) all.push(await asked());
    await sendAll(sender, 200_000);
    clock.advance(60_000);
    const before = slack.calls('chat.update').length;
    for (const run of all) await runs.begin(run.id, 'w-1');
    const startedAtMs = clock.now().getTime();
    while (clock.now().getTime() - startedAtMs < 55_000) if (!(await sender.sendNext())) clock.advance(500);
    expect(slack.calls('chat.update').length - before).toBe(40);
    await sendAll(sender);
    expect(slack.calls('chat.update').length - before).toBe(50);
  });

  it('that one method met rest that method and no other', async () => {
    const { asked, runs, sender, sendAll, slack, clock } = await office();
    const [first, second] = [await asked(), await asked()];
    await sendAll(sender);
    clock.advance(4000);
    await runs.begin(first.id, 'w-1');
    await runs.begin(second.id, 'w-1');
    slack.fail('chat.update', { status: 429, retryAfterSeconds: 30 });
    await sender.sendNext();
    await sender.sendNext();
    expect(slack.calls('chat.update')).toHaveLength(1);
    await asked();
    await sendAll(sender, 3000);
    expect(slack.calls('chat.postMessage')).toHaveLength(3);
    expect(slack.calls('chat.update')).toHaveLength(1);
    clock.advance(30_000);
    await sendAll(sender);
    expect(slack.calls('chat.update')).toHaveLength(3);
  });
});

describe('a Slack that is down for a minute', () => {
  it.each(['reset', '503'] as const)('keeps nothing from being said, once, soon after it is back (%s)', async (how) => {
    const { asked, runs, sender, sendAll, outbox, roots, thread, slack, clock } = await office();
    const shown = await asked();
    await sendAll(sender);
    slack.down(how);
    const unshown = await asked();
    await runs.begin(shown.id, 'w-1');
    await runs.end(shown.id, 1, { state: 'done', report: saved });
    await runs.begin(unshown.id, 'w-1');
    await runs.end(unshown.id, 1, { state: 'failed', report: { tone: 'bad', title: 'S3 was full' } });
    await sendAll(sender, 60_000);
    expect(roots().map((one) => one.text)).toEqual([`Waiting: snapshot of prod-1\nRun ${shown.id}`]);
    slack.down(false);
    const backAtMs = clock.now().getTime();
    await sendAll(sender);
    expect(clock.now().getTime() - backAtMs).toBeLessThan(35_000);
    expect(outbox.letters()).toEqual([]);
    expect(outbox.givenUp()).toEqual([]);
    expect(roots().map((one) => one.text)).toEqual(['Done: Saved 507 MiB', 'Failed: S3 was full']);
    expect(roots().map((one) => thread(one.ts).map((said) => said.text))).toEqual([['Saved 507 MiB'], ['S3 was full']]);
  });
});

describe('what is said in a thread', () => {
  const log = { name: 'r-1.log', title: 'Log', base64: Buffer.from('line').toString('base64') };

  it('stands there once, with its file, and is broadcast when told', async () => {
    const { asked, runs, sender, sendAll, roots, thread } = await office();
    const run = await asked();
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, { state: 'failed', report: { ...saved, tone: 'bad', title: 'It failed', file: log } });
    await sendAll(sender);
    const said = thread(roots()[0]?.ts ?? '');
    expect(said.map((one) => [one.text, one.subtype, one.files.map((file) => file.name)])).toEqual([
      ['It failed', 'thread_broadcast', []],
      ['', undefined, ['r-1.log']],
    ]);
  });

  const full: Report = {
    ...saved,
    facts: [
      { label: 'Where', value: 's3://b/k', onCard: true },
      { label: 'Keys', value: '7' },
    ],
  };

  it('leaves out what the card above it says, unless it stands in the channel too', async () => {
    const { asked, runs, sender, sendAll, slack } = await office();
    const [well, failed] = [await asked(), await asked()];
    await runs.begin(well.id, 'w-1');
    await runs.end(well.id, 1, { state: 'done', report: full });
    await runs.begin(failed.id, 'w-1');
    await runs.end(failed.id, 1, { state: 'failed', report: full });
    await sendAll(sender);
    const replies = slack.messages(channel, { thread: (await runs.find(well.id))?.thread?.ts ?? '' });
    expect(replies.map((one) => one.text)).toEqual(['Done: Saved 507 MiB\nWhere: s3://b/k', 'Saved 507 MiB\nKeys: 7']);
    const loud = slack.messages(channel).find((one) => one.subtype === 'thread_broadcast');
    expect(loud?.text).toBe('Saved 507 MiB\nWhere: s3://b/k\nKeys: 7');
  });

  it('says all of it where people deleted the card', async () => {
    const { asked, runs, sender, sendAll, roots, slack } = await office();
    const run = await asked();
    await sendAll(sender);
    await runs.begin(run.id, 'w-1');
    const { ts } = (await runs.find(run.id))?.thread ?? {};
    await runs.rootDeleted(run.id, ts ?? '');
    await remove(slack, ts);
    await runs.end(run.id, 1, { state: 'done', report: full });
    await sendAll(sender);
    expect(roots().map((one) => one.text)).toEqual(['Saved 507 MiB\nWhere: s3://b/k\nKeys: 7']);
  });

  it('is not said twice when only its file failed', async () => {
    const { asked, runs, sender, sendAll, roots, thread, slack } = await office();
    const run = await asked();
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, { state: 'done', report: { ...saved, file: log } });
    slack.fail('files.completeUploadExternal', { status: 500 });
    await sendAll(sender);
    const said = thread(roots()[0]?.ts ?? '');
    expect(said.filter((one) => one.text === 'Saved 507 MiB')).toHaveLength(1);
    expect(said.filter((one) => one.files.length > 0)).toHaveLength(1);
  });

  it('is said without its file when the app may not send files', async () => {
    const { asked, runs, sender, sendAll, roots, thread, slack, outbox } = await office();
    const run = await asked();
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, { state: 'done', report: { ...saved, file: log } });
    slack.fail('files.getUploadURLExternal', { error: 'missing_scope', times: 100 });
    await sendAll(sender);
    expect(thread(roots()[0]?.ts ?? '')).toHaveLength(1);
    expect(outbox.letters()).toEqual([]);
  });

  it('brings the whole of a table that does not fit', async () => {
    const { asked, runs, sender, sendAll, roots, thread } = await office();
    const rows = Array.from({ length: 300 }, (_, index) => [`backup-${index}`]);
    const run = await asked();
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, {
      state: 'done',
      report: { ...saved, table: { caption: 'Backups', columns: ['Name'], rows } },
    });
    await sendAll(sender);
    const files = thread(roots()[0]?.ts ?? '').flatMap((one) => one.files);
    expect(files.map((file) => file.name)).toEqual(['end-r-1.csv']);
  });

  it('comes after its root message, however the letters are taken', async () => {
    const { asked, runs, sender, sendAll, roots, thread, slack } = await office();
    const run = await asked();
    await runs.begin(run.id, 'w-1');
    await runs.end(run.id, 1, { state: 'done', report: saved });
    slack.fail('chat.postMessage', { status: 503, times: 2 });
    await sendAll(sender);
    expect(roots()).toHaveLength(1);
    expect(thread(roots()[0]?.ts ?? '').map((one) => one.text)).toEqual(['Saved 507 MiB']);
  });
});

/** Edits of messages that are not there. */
const failedEdits = (slack: Awaited<ReturnType<typeof slackWith>>): number =>
  slack.calls('chat.update').filter((call) => call.answer.ok === false).length;

/** Someone who may deletes a message of the bot. */
async function remove(slack: Awaited<ReturnType<typeof slackWith>>, ts = ''): Promise<void> {
  const body = new URLSearchParams({ channel, ts });
  await fetch(`${slack.apiUrl}chat.delete`, {
    method: 'POST',
    headers: { authorization: `Bearer ${slack.botToken}` },
    body,
  });
}
