import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { describe, expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../sandbox/etcd.ts';
import { startRedis } from '../../sandbox/redis.ts';
import { startSalvor } from '../../sandbox/salvor.ts';
import { writeSettings } from '../../sandbox/settings.ts';
import { type LocalSlack, startLocalSlack } from '../../sandbox/slack/server.ts';
import { clock } from '../../src/adapters/clock.ts';
import type { Approvals } from '../../src/ports/approvals.ts';
import { createApprovals } from '../../src/queue/approvals.ts';
import { connectPatient, disconnect } from '../../src/queue/redis.ts';
import { startOidc } from '../contract/oidc.ts';
import { anApproval, aPlan } from '../fakes/approvals-to-show.ts';
import { chromiumPath, openWindow, startBrowser } from './browser.ts';

/** A bot as people run it, over the local Slack and a certified provider, and what it keeps in Redis. */
async function startHouse(): Promise<{
  readonly slack: LocalSlack;
  readonly approvals: Approvals;
  readonly browser: Browser;
}> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-step-up-'));
  const [port = 0, httpPort = 0] = await freePorts(2);
  const publicUrl = `http://127.0.0.1:${port}`;
  const [redis, slack, oidc, browser] = await Promise.all([
    startRedis({ directory }),
    startLocalSlack({ delivery: { mode: 'socket' } }),
    startOidc({ backTo: `${publicUrl}/prove/back` }),
    startBrowser(),
  ]);
  const people = { 'bob@example.org': 'U0BOB', 'carol@example.org': 'U0CAROL' };
  const file = await writeSettings({
    ...{ directory, slackApiUrl: slack.apiUrl, team: slack.state.team.id, channels: ['C0PROD1'] },
    ...{ endpoints: ['http://127.0.0.1:2379'], s3Endpoint: 'http://127.0.0.1:9000', bucket: 'etcd-backups' },
    cluster: { approval: { stepUp: true } },
    sections: { oidc: { issuer: oidc.issuer, clientId: 'salvor', publicUrl, listen: { port }, people } },
  });
  const tokens = { SLACK_BOT_TOKEN: slack.botToken, SLACK_APP_TOKEN: slack.appToken };
  const environment = { SALVOR_CONFIG: file, REDIS_URL: redis.url, ...tokens };
  const bot = await startSalvor({ role: 'bot', environment, httpPort, logFile: join(directory, 'bot.log') });
  const connection = connectPatient({ url: redis.url });
  onTestFinished(async () => {
    disconnect(connection);
    await Promise.all([browser.close(), bot.kill()]);
    await Promise.all([oidc.close(), slack.stop(), redis.stop()]);
    await rm(directory, { recursive: true });
  });
  return { slack, browser, approvals: createApprovals(connection, clock) };
}

/** On the page of the link, by the provider, to what Salvor says in the end. */
async function signsIn(page: Page, as: string): Promise<Page> {
  await page.getByRole('link', { name: /^Sign in at/ }).click();
  await page.getByLabel('User').fill(as);
  await page.getByRole('button', { name: 'Sign in' }).click();
  return page;
}

describe.skipIf(chromiumPath === undefined)('a vote that is proven', () => {
  it('counts once Bob has signed in by the link that he alone was told, and not when somebody else has', async () => {
    const { slack, approvals, browser } = await startHouse();
    const payload = { cluster: 'prod-1', backup: 'r-k7m2p9x4tq', unverified: false, reason: 'bad RBAC rollout' };
    const asked = anApproval({ plan: aPlan({ payload }) });
    // So old that it stands alone: nobody planned it here.
    const createdAt = new Date(Date.now() - 180_000);
    const expiresAt = new Date(Date.now() + 3_600_000);
    await approvals.open({ ...asked, rule: { ...asked.rule, stepUp: true }, createdAt, expiresAt });
    const votes = async () => (await approvals.find('a-1'))?.votes.map(({ by, provenAs }) => [by.id, provenAs]);

    const { page, mistakes } = await openWindow(browser);
    await page.goto(`${slack.pageUrl}?user=bob&channel=prod-1`);
    await page.getByRole('button', { name: 'Approve' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('textbox').fill('prod-1');
    await dialog.getByRole('button', { name: 'Approve' }).click();
    const link = page.getByRole('link', { name: 'Sign in to cast it' });
    await link.waitFor();
    expect(await votes()).toEqual([]);

    // Who has Bob's session in Slack has his link, and not his login.
    const thief = await (await browser.newContext()).newPage();
    await thief.goto((await link.getAttribute('href')) ?? '');
    await signsIn(thief, 'mallory');
    await thief.getByRole('heading', { name: /mallory@example.org .*: nothing was cast/ }).waitFor();
    await thief.getByText('If you are not, tell bob: this link was theirs alone.').waitFor();
    expect(await votes()).toEqual([]);

    const [proof] = await Promise.all([page.waitForEvent('popup'), link.click()]);
    await proof.getByRole('heading', { name: 'Prove that you are' }).waitFor();
    await signsIn(proof, 'bob');
    await proof.getByRole('heading', { name: 'Your vote for the restore of prod-1 is cast.' }).waitFor();
    expect(await votes()).toEqual([['U0BOB', expect.stringMatching(/ bob$/)]]);
    await page.getByText(/1 of 2, by approvers of prod-1.*Bob Brandt/).waitFor();
    expect(mistakes).toEqual([]);
  });
});
