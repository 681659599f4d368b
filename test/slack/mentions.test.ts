import { describe, expect, it } from 'vitest';
import { type House, house } from './house.ts';

const channel = 'C0PROD1';

async function withThread(): Promise<House & { readonly runId: string; readonly thread: string }> {
  const all = await house();
  await all.types('alice', channel, '/salvor snapshot prod-1');
  await all.slack.waitFor(() => all.queued.length === 1);
  return { ...all, runId: all.queued[0] ?? '', thread: all.cards(channel)[0]?.ts ?? '' };
}

async function mentions(slack: House['slack'], text: string): Promise<{ readonly thread: string }> {
  const sent = await slack.types('alice', channel, text);
  return { thread: 'ts' in sent ? (sent.ts ?? '') : '' };
}

describe('a mention', () => {
  it('in the thread of a run tells its log to the person, in that thread', async () => {
    const { slack, runs, runId, thread, whispers } = await withThread();
    await runs.log(runId, 'streamed 12 MiB');
    await slack.types('vera', channel, '@salvor logs', { thread });
    const answer = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(answer.thread_ts).toBe(thread);
    expect(JSON.stringify(answer.blocks)).toContain('streamed 12 MiB');
  });

  it('in the thread of a run cancels it, or says how it stands', async () => {
    const { slack, runs, runId, thread, whispers } = await withThread();
    await slack.types('alice', channel, '@salvor status', { thread });
    const status = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(status.text).toContain(`Run ${runId}: snapshot prod-1 — queued`);
    await slack.types('alice', channel, '@salvor cancel', { thread });
    await slack.waitFor(() => whispers('alice', channel).length === 2);
    expect((await runs.find(runId))?.state).toBe('cancelled');
  });

  it('in the thread of a run may also say what its buttons are called', async () => {
    const { slack, runs, runId, thread, whispers } = await withThread();
    await slack.types('alice', channel, '@salvor Steps', { thread });
    const status = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(status.text).toContain(`Run ${runId}: snapshot prod-1 — queued`);
    await slack.types('alice', channel, '@salvor stop', { thread });
    await slack.waitFor(() => whispers('alice', channel).length === 2);
    expect((await runs.find(runId))?.state).toBe('cancelled');
  });

  it.each(['logs', 'status', 'cancel'])('of %s stands in help', async (word) => {
    const { types, slack, whispers } = await house();
    await types('alice', channel, '/salvor help');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(JSON.stringify(answer.blocks)).toContain(`@salvor ${word}`);
  });

  it('in a thread that is no run says so', async () => {
    const { slack, whispers } = await withThread();
    const { ts } = await slack
      .types('vera', channel, 'lunch?')
      .then((sent) => ({ ts: 'ts' in sent ? (sent.ts ?? '') : '' }));
    await slack.types('vera', channel, '@salvor logs', { thread: ts });
    const answer = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(answer.text).toBe('This thread is not one of my runs.\nNext: Say logs in the thread of a run.');
  });

  it('anywhere is a command', async () => {
    const { slack, queued, cards } = await house();
    const { thread } = await mentions(slack, '@salvor `snapshot prod-1`');
    await slack.waitFor(() => queued.length === 1);
    const [, card] = slack.messages(channel, { thread });
    expect(card?.text).toBe(`Waiting: snapshot of prod-1\nRun ${queued[0]}`);
    expect(JSON.stringify(card?.blocks)).toContain('@salvor snapshot prod-1');
    expect(cards(channel)).toEqual([]);
  });

  it('that is refused is told why to its person alone, in the channel, in words as they were begun', async () => {
    const { slack, whispers } = await house();
    await mentions(slack, '@salvor snapsot prod-1');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.thread_ts).toBeUndefined();
    expect(JSON.stringify(answer.blocks)).toContain('"@salvor snapshot prod-1"');
  });

  it('that asked for a run means that run in its own thread, where all is said about it', async () => {
    const { slack, queued, runs, whispers } = await house();
    const { thread } = await mentions(slack, '@salvor snapshot prod-1');
    const runId = await slack.waitFor(() => queued[0]);
    await runs.begin(runId, 'w-1');
    await runs.end(runId, 1, { state: 'done', report: { tone: 'good', title: 'Saved 507 MiB' } });
    await slack.waitFor(() => slack.messages(channel, { thread })[1]?.text === 'Done: Saved 507 MiB');
    await slack.waitFor(() => slack.messages(channel, { thread })[2]?.text === 'Saved 507 MiB');
    await slack.types('vera', channel, '@salvor status', { thread });
    const status = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(status.text).toContain(`Run ${runId}`);
  });

  it('in any other thread is answered in that thread', async () => {
    const { slack, queued } = await house();
    const { thread } = await mentions(slack, 'shall we?');
    await slack.types('alice', channel, '@salvor snapshot prod-1', { thread });
    await slack.waitFor(() => queued.length === 1);
    expect(slack.messages(channel, { thread }).map(({ text }) => text)).toEqual([
      'shall we?',
      '<@U0SALVOR> snapshot prod-1',
      `Waiting: snapshot of prod-1\nRun ${queued[0]}`,
    ]);
  });

  it('in the middle of a sentence is talk about the bot, not to it', async () => {
    const { slack, log, queued } = await house();
    await slack.types('alice', channel, 'I would not ask @salvor snapshot prod-1 now');
    await slack.waitFor(() => log.some((line) => line.words === 'a mention that is no command was left alone'));
    expect(queued).toEqual([]);
    expect(slack.messages(channel, { as: 'alice' })).toHaveLength(1);
  });

  it('delivered again has one effect', async () => {
    const { slack, queued, log } = await house();
    await slack.types('alice', channel, '@salvor snapshot prod-1');
    await slack.waitFor(() => queued.length === 1);
    const mention = slack.envelopes().find((envelope) => JSON.stringify(envelope).includes('app_mention'));
    await slack.redeliver(mention);
    await slack.waitFor(() => log.some((line) => line.words.startsWith('a delivery came again')));
    expect(queued).toHaveLength(1);
  });
});

describe('the message shortcut', () => {
  it('shows the log of the run in whose thread a message is', async () => {
    const { slack, runs, runId, thread, whispers } = await withThread();
    await runs.log(runId, 'streamed 12 MiB');
    await slack.messageShortcut('vera', channel, thread, 'run.logs');
    const answer = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(JSON.stringify(answer.blocks)).toContain('streamed 12 MiB');
  });
});
