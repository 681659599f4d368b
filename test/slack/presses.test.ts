import { describe, expect, it } from 'vitest';
import { aRun } from '../contract/runs.ts';
import { createFakeTracer } from '../fakes/tracer.ts';
import { type House, type HouseOptions, house } from './house.ts';

const channel = 'C0PROD1';

/** A house with one run whose root message is there. */
async function withRun(options: HouseOptions = {}): Promise<House & { readonly runId: string; readonly ts: string }> {
  const all = await house(options);
  await all.types('alice', channel, '/salvor snapshot prod-1');
  await all.slack.waitFor(() => all.queued.length === 1);
  const [runId = ''] = all.queued;
  return { ...all, runId, ts: all.cards(channel)[0]?.ts ?? '' };
}

async function fail({ runs, runId }: { runs: House['runs']; runId: string }): Promise<void> {
  await runs.begin(runId, 'w-1');
  const report = { tone: 'bad', title: 'S3 refused the upload.', changed: 'nothing' } as const;
  await runs.end(runId, 1, { state: 'failed', report });
}

describe('a button', () => {
  it('that stops a run asks first, then asks the run to stop and says so to the person', async () => {
    const { slack, runs, runId, ts, whispers } = await withRun();
    await runs.begin(runId, 'w-1');
    await expect(slack.clicks('alice', { channel, ts }, 'Stop')).rejects.toThrow('Stop this run?');
    await slack.clicks('alice', { channel, ts }, 'Stop', undefined, { confirm: false });
    expect((await runs.find(runId))?.cancel).toBeUndefined();
    await slack.clicks('alice', { channel, ts }, 'Stop', undefined, { confirm: true });
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toContain(`Run ${runId} on prod-1 is asked to stop.`);
    expect((await runs.find(runId))?.cancel?.by).toBe('alice');
  });

  it('that stops a run is refused to who may not, at the press', async () => {
    const { slack, runs, runId, ts, whispers } = await withRun();
    await runs.begin(runId, 'w-1');
    await slack.clicks('vera', { channel, ts }, 'Stop', undefined, { confirm: true });
    const answer = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(answer.text).toContain('This takes the operator right on prod-1');
    expect((await runs.find(runId))?.cancel).toBeUndefined();
  });

  it('that shows the log shows it to the person alone', async () => {
    const { slack, runs, runId, ts, whispers } = await withRun();
    await runs.log(runId, 'chose member etcd-2: a follower without lag');
    await slack.clicks('vera', { channel, ts }, 'Logs');
    const answer = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(JSON.stringify(answer.blocks)).toContain('chose member etcd-2');
    expect(slack.messages(channel)).toHaveLength(1);
  });

  it('that shows the steps shows them to the person alone', async () => {
    const all = await withRun();
    const { slack, runs, runId, ts, cards, whispers } = all;
    await runs.begin(runId, 'w-1');
    const steps = [{ name: 'stream to S3', state: 'complete', detail: '507 MiB' } as const];
    await runs.end(runId, 1, { state: 'done', report: { tone: 'good', title: 'saved' }, steps });
    await slack.waitFor(() => cards(channel)[0]?.text.startsWith('Done'));
    await slack.clicks('vera', { channel, ts }, 'Steps');
    const answer = await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(JSON.stringify(answer.blocks)).toContain('stream to S3');
    expect(JSON.stringify(answer.blocks)).toContain('507 MiB');
  });

  it('that retries a failed run makes one new run, however many press it and however often', async () => {
    const all = await withRun();
    const { slack, ts, queued, cards } = all;
    await fail(all);
    await slack.waitFor(() => cards(channel)[0]?.text.startsWith('Failed'));
    const presses = [1, 2, 3].map(() => slack.clicks('alice', { channel, ts }, 'Retry'));
    await Promise.all(presses);
    await slack.waitFor(() => new Set(queued).size === 2);
    await slack.waitFor(() => cards(channel).length === 2);
    await slack.clicks('alice', { channel, ts }, 'Retry');
    await slack.idle();
    expect(new Set(queued).size).toBe(2);
    expect(cards(channel)).toHaveLength(2);
  });

  it('that retries a run tells whoever presses it later who did so first, and where it shows', async () => {
    const all = await withRun();
    const { slack, runs, runId, ts, queued, cards, whispers } = all;
    await fail(all);
    await slack.waitFor(() => cards(channel)[0]?.text.startsWith('Failed'));
    await slack.clicks('alice', { channel, ts }, 'Retry');
    await slack.waitFor(() => cards(channel).length === 2 && new Set(queued).size === 2);
    expect(whispers('alice', channel)).toEqual([]);
    const [, anew = ''] = [...new Set(queued)];
    await slack.clicks('alice', { channel, ts }, 'Retry');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toContain(`Run ${runId} on prod-1 was retried already, by alice: run ${anew}, queued.`);
    expect(JSON.stringify(answer.blocks)).toContain(`p${cards(channel)[1]?.ts.replace('.', '')}`);
    await runs.end(anew, undefined, { state: 'failed', report: { tone: 'bad', title: 'S3 is away.' } });
    await slack.clicks('alice', { channel, ts }, 'Retry');
    const later = await slack.waitFor(() => whispers('alice', channel)[1]);
    expect(later.text).toContain(`run ${anew}, failed.`);
    expect(later.text).toContain('S3 is away.');
    expect(later.text).toContain('To do it once more: /salvor snapshot prod-1');
  });

  it('that retries a run of a schedule makes the schedule well, aloud', async () => {
    const { slack, runs, queued, cards } = await house();
    const schedule = { id: 'often/prod-1', says: 'failures' } as const;
    const run = aRun({
      schedule,
      thread: { channel },
      actor: { kind: 'schedule', id: 'often', name: 'often', grants: [] },
    });
    await runs.admit(run);
    await fail({ runs, runId: run.id });
    const card = await slack.waitFor(() => cards(channel)[0]);
    await slack.clicks('alice', { channel, ts: card.ts }, 'Retry');
    const anew = await slack.waitFor(() => queued[0]);
    await runs.end(anew, undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
    await slack.waitFor(() => cards(channel).some(({ text }) => text.includes('It had failed since')));
    expect((await runs.scheduled()).get(schedule.id)?.failingSince).toBeUndefined();
  });

  it('that stops a run tells who did so first', async () => {
    const { slack, runs, runId, ts, whispers } = await withRun();
    await runs.begin(runId, 'w-1');
    // The card still shows the button to whoever looked at it before.
    await slack.clicks('alice', { channel, ts }, 'Stop', undefined, { confirm: true });
    await slack.waitFor(() => whispers('alice', channel)[0]);
    await slack.clicks('alice', { channel, ts }, 'Stop', undefined, { confirm: true });
    const answer = await slack.waitFor(() => whispers('alice', channel)[1]);
    expect(answer.text).toContain(`Run ${runId} on prod-1 was asked to stop already, by alice.`);
  });

  it('that begins something because of a run is about that run in its trace, one that only looks is not', async () => {
    const tracer = createFakeTracer();
    const { slack, runs, runId, ts, queued, cards, whispers } = await withRun({ tracer });
    await slack.clicks('vera', { channel, ts }, 'Logs');
    await slack.waitFor(() => whispers('vera', channel)[0]);
    await fail({ runs, runId });
    await slack.waitFor(() => cards(channel)[0]?.text.startsWith('Failed'));
    await slack.clicks('alice', { channel, ts }, 'Retry');
    await slack.waitFor(() => queued[1]);
    expect(tracer.entered).toEqual(['slack command', 'slack press', 'slack press'].map((name) => [name, {}]));
    expect(tracer.abouts).toEqual([`slack press: ${runId}`]);
  });

  it('of an unknown kind says that the message is of another version', async () => {
    const { slack, app: _, whispers } = await withRun();
    const message = [
      {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'old.button', text: { type: 'plain_text', text: 'Old' } }],
      },
    ];
    const { ts } = await post(slack, message);
    await slack.clicks('alice', { channel, ts }, 'Old');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toContain('I do not know this button any more');
  });

  it('that types a command does it once for two presses at the same moment', async () => {
    const { slack, queued, whispers } = await withRun();
    const element = {
      type: 'button',
      action_id: 'report.command',
      value: 'snapshot prod-1',
      text: { type: 'plain_text', text: 'Save now' },
    };
    const { ts } = await post(slack, [{ type: 'actions', elements: [element] }]);
    await Promise.all([
      slack.clicks('alice', { channel, ts }, 'Save now'),
      slack.clicks('alice', { channel, ts }, 'Save now'),
    ]);
    const answers = await slack.waitFor(() => whispers('alice', channel).length === 2 && whispers('alice', channel));
    const said = answers.map((answer) => answer.text.split('\n')[0]).sort();
    // The run of withRun() holds the lock, so the one press that counts is told about it.
    expect(said[0]).toBe('This was pressed a moment ago.');
    expect(said[1]).toContain('prod-1 already has this under way');
    expect(queued).toHaveLength(1);
  });
});

async function post(slack: House['slack'], blocks: unknown): Promise<{ ts: string }> {
  const body = new URLSearchParams({ channel, text: 'older', blocks: JSON.stringify(blocks) });
  const headers = { authorization: `Bearer ${slack.botToken}` };
  const answer = await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body });
  const { ts }: { ts: string } = JSON.parse(await answer.text());
  return { ts };
}
