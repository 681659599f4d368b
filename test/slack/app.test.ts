import { describe, expect, it } from 'vitest';
import { house } from './house.ts';

const channel = 'C0PROD1';

describe.each(['socket', 'http'] as const)('a command over %s', (mode) => {
  it('starts a run that speaks for itself, in one root message', async () => {
    const { slack, types, cards, whispers, queued, runs } = await house({ mode });
    await types('alice', channel, '/salvor snapshot prod-1 --reason “before the upgrade”');
    await slack.waitFor(() => queued.length === 1);
    const [card] = cards(channel);
    const run = await runs.find(queued[0] ?? '');
    expect(card?.text).toBe(`Waiting: snapshot of prod-1\nRun ${run?.id}`);
    expect(run?.thread).toEqual({ channel, ts: card?.ts });
    expect(run?.words).toBe('snapshot prod-1 --reason “before the upgrade”');
    expect(cards(channel)).toHaveLength(1);
    expect(whispers('alice', channel)).toEqual([]);
  });

  it('that asks something is answered to the person alone', async () => {
    const { slack, types, whispers, cards } = await house({ mode });
    await types('vera', channel, '/salvor');
    const [answer] = await slack.waitFor(() => whispers('vera', channel)[0] && whispers('vera', channel));
    expect(answer?.text).toContain('What you may do here');
    expect(cards(channel)).toEqual([]);
  });

  it('that is mistyped is answered with what was meant', async () => {
    const { slack, types, whispers } = await house({ mode });
    await types('alice', channel, '/salvor snapshoot prod-1');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toBe('There is no command "snapshoot".\nNext: Did you mean this? /salvor snapshot prod-1');
  });

  it('delivered twice has one effect', async () => {
    const { slack, types, cards, queued, log } = await house({ mode });
    await types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => queued.length === 1);
    await slack.redeliver();
    await slack.waitFor(() => log.some((line) => line.words.startsWith('a delivery came again')));
    expect(queued).toHaveLength(1);
    expect(cards(channel)).toHaveLength(1);
  });
});

describe('the same asked for twice in the same moment', () => {
  it('is one run; the second hears of the first and gets its link, though its message takes a while', async () => {
    const { slack, types, cards, whispers, queued } = await house();
    slack.fail('chat.postMessage', { delayMs: 300 });
    const asking = () => types('alice', channel, '/salvor snapshot prod-1');
    await Promise.all([asking(), asking()]);
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    await slack.waitFor(() => queued.length === 1);
    const [card, ...others] = cards(channel);
    expect(others).toEqual([]);
    expect(answer.text).toContain(`prod-1 already has this under way: run ${queued[0]}`);
    expect(JSON.stringify(answer.blocks)).toContain(`/archives/${channel}/p${card?.ts.replace('.', '')}`);
  });
});
