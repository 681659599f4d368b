import { describe, expect, it } from 'vitest';
import { aRun } from '../contract/runs.ts';
import { house } from './house.ts';

const channel = 'C0PROD1';
const titles = (blocks: readonly unknown[] = []) =>
  blocks.flatMap((block) => {
    const { type, text } = block as { type: string; text?: { text: string } };
    return type === 'header' ? [text?.text] : [];
  });

describe('Home', () => {
  it('shows what runs, the clusters and what comes by itself, when it is opened', async () => {
    const { slack, types, queued } = await house();
    await types('alice', channel, '/salvor snapshot prod-1');
    await slack.waitFor(() => queued.length === 1);
    await slack.opensHome('alice');
    const view = await slack.waitFor(() => slack.home('alice'));
    expect(titles(view.blocks)).toEqual([
      'Nothing waits for you',
      'Running now (1)',
      'Your clusters',
      'Recent runs',
      'What comes by itself',
    ]);
    const said = JSON.stringify(view.blocks);
    for (const what of ['snapshot prod-1', 'prod-2', 'nobody has looked yet', 'Nothing dangerous ever does'])
      expect(said).toContain(what);
  });

  it('is shown anew when something changed', async () => {
    const { slack, app, types, queued, calls } = await house();
    await slack.opensHome('alice');
    await slack.waitFor(() => slack.home('alice'));
    const published = () => calls.filter(({ method }) => method === 'views.publish').length;
    await expect.poll(published).toBe(1);
    await types('vera', channel, '/salvor read prod-1');
    await slack.waitFor(() => queued.length === 1);
    await app.tendHomes();
    expect(published()).toBe(2);
    expect(titles((await slack.waitFor(() => slack.home('alice')))?.blocks)).toContain('Running now (1)');
  });

  it('stays as it is while nothing changed', async () => {
    const { slack, app, calls } = await house();
    const published = () => calls.filter(({ method }) => method === 'views.publish').length;
    await slack.opensHome('alice');
    await expect.poll(published).toBe(1);
    await app.tendHomes();
    expect(published()).toBe(1);
  });

  it('is shown anew to nobody more often than every 15 seconds', async () => {
    const { slack, app, runs, calls } = await house();
    await slack.opensHome('alice');
    await expect.poll(() => calls.filter(({ method }) => method === 'views.publish').length).toBe(1);
    for (let times = 0; times < 3; times += 1) {
      await runs.admit(aRun({ id: `r-${times}`, target: 'prod-1', lock: `lock-${times}` }));
      await app.tendHomes();
    }
    expect(calls.filter(({ method }) => method === 'views.publish')).toHaveLength(2);
  });

  it('shows to strangers and guests only why it shows nothing', async () => {
    const { slack, types } = await house();
    await types('alice', channel, '/salvor snapshot prod-1');
    for (const user of ['eve', 'gus']) await slack.opensHome(user);
    const stranger = await slack.waitFor(() => slack.home('eve'));
    expect(JSON.stringify(stranger.blocks)).toContain('another workspace');
    expect(JSON.stringify(stranger.blocks)).not.toContain('prod-1');
    const guest = await slack.waitFor(() => slack.home('gus'));
    expect(JSON.stringify(guest.blocks)).toContain('no orders from guests');
  });

  it('that Slack did not take is shown the next time', async () => {
    const { slack, app, log } = await house();
    slack.fail('views.publish', { error: 'internal_error' });
    await slack.opensHome('alice');
    await slack.waitFor(() => log.some(({ words }) => words === 'a delivery of Slack could not be handled'));
    expect(slack.home('alice')).toBeUndefined();
    const shown = async () => {
      await app.tendHomes();
      return slack.home('alice');
    };
    await expect.poll(shown).toBeDefined();
  });

  it('can be used: its buttons answer in a direct message', async () => {
    const { slack } = await house();
    await slack.opensHome('alice');
    const view = await slack.waitFor(() => slack.home('alice'));
    await slack.clicks('alice', { viewId: view.id }, 'Runs');
    await slack.waitFor(() =>
      [...slack.state.messages.values()].some((all) =>
        [...all.values()].some(({ text }) => text.includes('There are no runs')),
      ),
    );
  });
});
