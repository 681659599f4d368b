import { describe, expect, it } from 'vitest';
import { away, house } from './house.ts';

const channel = 'C0PROD1';

describe('when something is away, the person', () => {
  it('is told that Redis does not answer, and the same delivery may come again', async () => {
    const { slack, seen, types, whispers, queued } = await house();
    seen.isAway = true;
    await types('alice', channel, '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toContain('Redis does not answer: nothing was started.');
    seen.isAway = false;
    await slack.redeliver();
    await slack.waitFor(() => queued.length === 1);
  });

  it('can have a failed delivery repeated: only what was done counts as done', async () => {
    const { slack, desk, types, whispers, queued } = await house();
    desk.replaced = { hear: () => Promise.reject(away('runs')) };
    await types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => whispers('alice', channel).length === 1);
    desk.replaced = {};
    await slack.redeliver();
    await slack.waitFor(() => queued.length === 1);
  });

  it('is answered when Salvor makes a mistake, with a number that the log knows', async () => {
    const { slack, desk, types, whispers, log } = await house();
    desk.replaced = { hear: () => Promise.reject(new TypeError('secret detail')) };
    await types('alice', channel, '/salvor help');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    const number = /number: ([0-9a-f]{8})/.exec(answer.text)?.[1];
    expect(answer.text).toContain('Salvor made a mistake of its own');
    expect(answer.text).not.toContain('secret detail');
    expect(log.find((line) => line.level === 'error')?.facts).toMatchObject({ number });
  });

  it('is answered in the channel when the response_url is used up, and directly when that fails too', async () => {
    const { slack, types, whispers } = await house();
    slack.fail('response_url', { status: 404, times: 2 });
    await types('vera', channel, '/salvor help');
    await slack.waitFor(() => whispers('vera', channel)[0]);
    expect(slack.calls('chat.postEphemeral')).toHaveLength(1);
    slack.fail('chat.postEphemeral', { error: 'user_not_in_channel' });
    await types('vera', channel, '/salvor help');
    await slack.waitFor(() => slack.calls('chat.postMessage').length === 1);
    expect(slack.messages('D0VERA')[0]?.text).toContain('What you may do here');
  });

  it('is told when the root message cannot be posted yet; it follows', async () => {
    const { slack, types, whispers, cards, queued } = await house();
    slack.fail('chat.postMessage', { status: 503 });
    await types('alice', channel, '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toBe(`Run ${queued[0]} is queued. Its message follows as soon as Slack takes it.`);
    await slack.waitFor(() => cards(channel).length === 1);
  });

  it('is told within two seconds when Slack is slow, and the slow message is not posted twice', async () => {
    const { slack, types, whispers, cards, queued, outbox } = await house();
    slack.fail('chat.postMessage', { delayMs: 2000 });
    await types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => whispers('alice', channel)[0]);
    // Slack has not taken it yet, and two seconds are when it will.
    expect(cards(channel)).toEqual([]);
    expect(queued).toHaveLength(1);
    await slack.waitFor(() => cards(channel).length === 1);
    await expect.poll(() => outbox.letters()).toEqual([]);
    expect(cards(channel)).toHaveLength(1);
  });

  it('is asked to invite the bot where it is no member, and nothing starts', async () => {
    const { slack, types, whispers, queued, runs } = await house();
    await types('alice', 'C0PRIVATE', '/salvor snapshot prod-1');
    const answer = await slack.waitFor(() => whispers('alice', 'C0PRIVATE')[0]);
    expect(answer.text).toContain('I am not in this channel');
    expect(answer.text).toContain('/invite @salvor');
    expect(queued).toEqual([]);
    const [run] = await runs.list({ limit: 10 });
    expect(run?.state).toBe('refused');
  });
});

describe('the bot', () => {
  it('is ready once both connections are open, and says so truly when Slack goes', async () => {
    const { slack, app } = await house();
    await expect.poll(() => slack.connections()).toBe(2);
    expect(await app.check()).toBeUndefined();
    slack.down(true);
    await expect.poll(() => app.check()).toBe('no connection to Slack is open');
    slack.down(false);
    await expect.poll(() => slack.connections()).toBe(2);
    expect(await app.check()).toBeUndefined();
  });

  it('opens a recycled connection again at once', async () => {
    const { slack, types, whispers } = await house();
    await expect.poll(() => slack.connections()).toBe(2);
    slack.disconnect('refresh_requested');
    // Slack's client would wait five seconds after a failure.
    await slack.waitFor(() => slack.calls('apps.connections.open').length === 4, { timeoutMs: 4_500 });
    await expect.poll(() => slack.connections()).toBe(2);
    await types('vera', channel, '/salvor help');
    await slack.waitFor(() => whispers('vera', channel)[0]);
  });

  it('waits for a Slack that is down at the start', async () => {
    const { slack, app } = await house({ started: false });
    slack.down('503');
    const started = app.start();
    await expect.poll(() => app.check()).toBe('Slack has not answered yet');
    await slack.waitFor(() => slack.calls('auth.test').length > 0);
    slack.down(false);
    await started;
    expect(await app.check()).toBeUndefined();
  });

  it('that is stopped while it starts leaves no connection behind', async () => {
    const { slack, app } = await house({ started: false });
    slack.fail('apps.connections.open', { delayMs: 200, times: 2 });
    const started = app.start();
    await slack.waitFor(() => slack.calls('auth.test').length === 1);
    await app.stop();
    await started;
    expect(slack.connections()).toBe(0);
  });

  it('that is stopped before Slack answered opens nothing', async () => {
    const { slack, app } = await house({ started: false });
    slack.down('503');
    const started = app.start();
    await slack.waitFor(() => slack.calls('auth.test').length > 0);
    await app.stop();
    await started;
    expect(slack.calls('apps.connections.open')).toEqual([]);
  });

  it('does not start for another workspace than it was made for', async () => {
    const { app } = await house({ team: 'T0ELSEWHERE', started: false });
    await expect(app.start()).rejects.toThrow('belongs to workspace T0LOCAL');
  });

  it('does not start with a token that Slack refuses', async () => {
    const { slack, app } = await house({ started: false });
    slack.fail('auth.test', { error: 'invalid_auth' });
    await expect(app.start()).rejects.toThrow('Slack does not let the app in: invalid_auth.');
  });

  it('counts every call of the API by method and outcome', async () => {
    const { slack, calls, types, queued } = await house();
    slack.fail('chat.postMessage', { error: 'internal_error' });
    await types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => queued.length === 1);
    expect(calls).toContainEqual({ method: 'auth.test', outcome: 'ok' });
    expect(calls).toContainEqual({ method: 'chat.postMessage', outcome: 'internal_error' });
  });
});
