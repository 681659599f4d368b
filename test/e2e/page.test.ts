import { App, LogLevel } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import type { Browser, Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { asRecords } from '../../sandbox/slack/json.ts';
import { type LocalSlack, startLocalSlack } from '../../sandbox/slack/server.ts';
import { approval, approveModal, home, newer, progress } from '../sandbox/slack-layouts.ts';
import { chromiumPath, leave, openWindow, startBrowser } from './browser.ts';

/** The page in a real browser, over the real local Slack, with a small Bolt app behind it. */

const channel = 'C0PROD1';
let browser: Browser;
let slack: LocalSlack;
let app: App;
let page: Page;
let mistakes: string[];
/** What the app heard. The local Slack tells of its own changes only, so this is looked at again and again. */
let heard: string[];
const polling = { interval: 20 };

describe.skipIf(chromiumPath === undefined)('the page', () => {
  // One window for all: opening one takes longer than most of what is tried in it.
  beforeAll(async () => {
    browser = await startBrowser();
    ({ page, mistakes } = await openWindow(browser));
  });
  afterAll(() => browser.close());

  beforeEach(async () => {
    slack = await startLocalSlack({
      delivery: { mode: 'socket' },
      shortcuts: [{ name: 'Show the logs', callback_id: 'logs' }],
    });
    app = new App({
      token: slack.botToken,
      appToken: slack.appToken,
      socketMode: true,
      logLevel: LogLevel.ERROR,
      clientOptions: { slackApiUrl: slack.apiUrl },
    });
    heard = [];
    answerEverything();
    await app.start();
    await page.goto(`${slack.pageUrl}?user=alice&channel=prod-1`);
    await page.getByRole('heading', { name: '#prod-1' }).waitFor();
  });
  afterEach(async () => {
    await leave(page);
    await app.stop();
    await slack.stop();
    expect(mistakes.splice(0)).toEqual([]);
  });

  it('sends a slash command with Enter and shows the answer', async () => {
    await types('/salvor help');
    await message('What you can do here').waitFor();
    expect(heard).toEqual(['alice: help']);
    expect(await box().inputValue()).toBe('');
  });

  it('offers known commands while one is typed, and completes with Tab', async () => {
    await box().pressSequentially('/sal');
    await page.getByRole('option', { name: /\/salvor.*etcd backups/ }).waitFor();
    await box().press('Tab');
    expect(await box().inputValue()).toBe('/salvor ');
  });

  it('says what Slack says when a command does not exist, and gives the words back', async () => {
    await types('/nothing here');
    await page.getByText('/nothing is not a valid command.').waitFor();
    expect(await box().inputValue()).toBe('/nothing here');
  });

  it('brings back what was said before with the up arrow', async () => {
    await types('/salvor help');
    await message('What you can do here').waitFor();
    await box().press('ArrowUp');
    expect(await box().inputValue()).toBe('/salvor help');
  });

  it('asks before a press that has a confirm dialog', async () => {
    await post(progress);
    await page.getByRole('button', { name: 'Cancel this snapshot' }).click();
    await page.getByRole('dialog').getByText('What was uploaded so far is thrown away.').waitFor();
    await page.getByRole('button', { name: 'Keep going' }).click();
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await page.getByRole('button', { name: 'Cancel this snapshot' }).click();
    await page.getByRole('button', { name: 'Cancel it' }).click();
    await message('Cancelled.').waitFor();
    expect(heard).toEqual(['alice pressed run.cancel: r_41']);
  });

  it('opens an overflow menu that arrow keys walk through', async () => {
    await post(progress);
    await page.getByRole('button', { name: 'More actions' }).press('Enter');
    await page.getByRole('menuitem', { name: 'Show logs' }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await expect.poll(() => heard, polling).not.toEqual([]);
    expect(heard).toEqual(['alice chose logs']);
  });

  it('shows the steps of a plan with their state in words', async () => {
    await post(progress);
    const steps = page.getByRole('listitem').filter({ hasText: /complete|in progress|pending/ });
    expect(await steps.allTextContents()).toEqual([
      expect.stringMatching(/^Choose a membercompleteetcd-2$/),
      expect.stringMatching(/^Copy to S3in progress210 of about 512 MiB/),
      expect.stringMatching(/^Check what S3 holdspending$/),
      expect.stringMatching(/^Write the manifestpending$/),
    ]);
  });

  it('edits a card in place: the reader keeps focus, opened sections and place', async () => {
    const ts = await post([...newer.slice(1, 2), ...progress.slice(1)]);
    await page.locator('summary').click();
    await page.getByRole('button', { name: 'Cancel this snapshot' }).focus();
    const edited = JSON.parse(JSON.stringify(progress.slice(1)).replace('in_progress', 'complete'));
    await app.client.chat.update({ channel, ts, text: 'x', blocks: [...newer.slice(1, 2), ...edited] });
    await page.getByText('2 of 4', { exact: true }).waitFor();
    expect(await page.getByText('no lines yet').isVisible()).toBe(true);
    expect(await page.locator(':focus').textContent()).toBe('Cancel');
  });

  it('fills in a modal, shows errors under its inputs and closes when the app takes it', async () => {
    await types('/salvor approve');
    const modal = page.getByRole('dialog', { name: 'Approve restore' });
    await modal.getByRole('textbox', { name: 'Type the cluster name to approve' }).fill('prod-2');
    await modal.getByRole('button', { name: 'Approve' }).click();
    await modal.getByText('Please complete this required field.').waitFor();
    await modal.getByRole('checkbox', { name: 'the time of the backup' }).check();
    await modal.getByRole('button', { name: 'Approve' }).click();
    await modal.getByText('That is another cluster.').waitFor();
    const name = modal.getByRole('textbox', { name: 'Type the cluster name to approve' });
    expect(await name.getAttribute('aria-invalid')).toBe('true');
    expect(await name.inputValue()).toBe('prod-2');
    await name.fill('prod-1');
    await name.press('Enter');
    await modal.waitFor({ state: 'hidden' });
    expect(heard.at(-1)).toBe('alice approves prod-1 with time, 03:00, null');
  });

  it('closes a modal with Escape and tells the app', async () => {
    await types('/salvor approve');
    const modal = page.getByRole('dialog', { name: 'Approve restore' });
    await modal.waitFor();
    await page.keyboard.press('Escape');
    await modal.waitFor({ state: 'hidden' });
    await expect.poll(() => heard, polling).toContain('alice closed approval.confirm');
  });

  it('shows an only-you message to that person alone', async () => {
    await app.client.chat.postEphemeral({ channel, user: 'U0ALICE', text: 'Yours was not started.' });
    await message('Yours was not started.').getByText('Only visible to you').waitFor();
    await page.getByLabel('You are').selectOption({ label: 'Bob Brandt' });
    await page.getByText('Nothing was said here yet.').waitFor();
    expect(await page.getByText('Yours was not started.').count()).toBe(0);
    await page.getByLabel('You are').selectOption({ label: 'Alice Adler' });
    await message('Yours was not started.').waitFor();
  });

  it('types as the person chosen', async () => {
    await page.getByLabel('You are').selectOption({ label: 'Bob Brandt' });
    await types('hello @carol');
    await message('hello @Carol Chen').getByText('Bob Brandt').waitFor();
    expect(slack.messages(channel).map(({ user, text }) => [user, text])).toEqual([['U0BOB', 'hello <@U0CAROL>']]);
  });

  it('shows words that look like markup as words, wherever they stand', async () => {
    const nasty = '<img src=x onerror="window.hacked=1"><script>window.hacked=1</script>';
    await types(nasty);
    await message('onerror').waitFor();
    await app.client.chat.postMessage({
      channel,
      text: nasty,
      blocks: nastyBlocks(nasty),
    });
    await page.getByText('last of the nasty blocks').waitFor();
    expect(await page.locator('.message script, .message img').count()).toBe(0);
    expect(await page.locator('[href^="javascript"]').count()).toBe(0);
    expect(await page.evaluate('window.hacked')).toBeUndefined();
  });

  it('answers in a thread beside the channel', async () => {
    const ts = await post(approval);
    await message('Approval needed').hover();
    await page.getByRole('button', { name: 'Reply in thread' }).click();
    const thread = page.getByRole('complementary', { name: 'Thread' });
    await thread.getByRole('combobox', { name: 'Reply' }).fill('I look into it');
    await page.keyboard.press('Enter');
    await thread.getByText('1 reply').waitFor();
    await message('Approval needed')
      .getByRole('button', { name: /1 reply/ })
      .waitFor();
    expect(slack.messages(channel, { thread: ts }).at(-1)).toMatchObject({ text: 'I look into it', thread_ts: ts });
    await page.keyboard.press('Escape');
    await thread.waitFor({ state: 'hidden' });
  });

  it('says that slash commands do not work in threads', async () => {
    const ts = await post(approval);
    await page.goto(`${slack.pageUrl}?user=alice&channel=prod-1&thread=${ts}`);
    await page.getByRole('combobox', { name: 'Reply' }).fill('/salvor help');
    await page.keyboard.press('Enter');
    await page.getByText('/salvor is not supported in threads. Sorry!').waitFor();
    expect(heard).toEqual([]);
  });

  it('turns and sorts the pages of a table', async () => {
    const rows = [12, 7, 30, 1, 25, 9, 18].map((n) => [`b-${n}`, n] as const);
    await post([
      { type: 'data_table', caption: 'Sizes', page_size: 5, rows: [header('Name', 'MiB'), ...rows.map(row)] },
    ]);
    const names = page.locator('tbody th');
    await page.getByText('1–5 of 7').waitFor();
    await page.getByRole('button', { name: 'Next' }).click();
    expect(await names.allTextContents()).toEqual(['b-9', 'b-18']);
    await page.getByRole('button', { name: 'MiB' }).click();
    expect(await names.allTextContents()).toEqual(['b-1', 'b-7', 'b-9', 'b-12', 'b-18']);
    expect(await page.getByRole('table', { name: 'Sizes' }).count()).toBe(1);
  });

  it('shows pictures in line and other files as downloads', async () => {
    const picture = { filename: 'sizes.png', file: onePixel, title: 'Sizes', alt_text: 'One pixel' };
    await app.client.filesUploadV2({ channel_id: channel, ...picture });
    await app.client.filesUploadV2({ channel_id: channel, filename: 'run.log', content: 'lines', title: 'Log' });
    const image = page.getByRole('img', { name: 'One pixel' });
    await image.waitFor();
    await page.waitForFunction("document.querySelector('.file-image img').naturalWidth === 1");
    const downloading = page.waitForEvent('download');
    await page.getByRole('link', { name: /run\.log/ }).click();
    expect((await downloading).suggestedFilename()).toBe('run.log');
  });

  it('attaches files to a message, as many as are chosen, less those taken away again', async () => {
    const file = (name: string) => ({ name, mimeType: 'text/yaml', buffer: Buffer.from('kind: ServiceCIDR') });
    const choosing = page.waitForEvent('filechooser');
    await page.locator('#composer').getByRole('button', { name: 'Attach files' }).click();
    await (await choosing).setFiles([file('cidr.yaml'), file('wrong.yaml')]);
    await page.getByRole('button', { name: 'Remove wrong.yaml' }).click();
    await types('@salvor upgrade prod-1 1.37');
    await page.getByRole('link', { name: /cidr\.yaml/ }).waitFor();
    expect(await page.getByText('wrong.yaml').count()).toBe(0);
    await expect.poll(() => heard, polling).toContain('alice mentions the app, with cidr.yaml');
    expect(await page.locator('.attached:visible').count()).toBe(0);
  });

  it('does not take what is attached along to another channel', async () => {
    await page.locator('#composer [type=file]').setInputFiles([{ name: 'a.yaml', mimeType: '', buffer: onePixel }]);
    await page.getByText('a.yaml').waitFor();
    await page.getByRole('button', { name: 'ops' }).click();
    await page.getByRole('heading', { name: '#ops' }).waitFor();
    expect(await page.getByText('a.yaml').count()).toBe(0);
  });

  it('shows the Home tab the app publishes when it is opened', async () => {
    await page.getByRole('button', { name: 'Home' }).click();
    await page.getByRole('heading', { name: 'Control plane' }).waitFor();
    await page.getByRole('button', { name: 'Open' }).click();
    await expect.poll(() => heard, polling).toContain('alice pressed home.open: a_31');
  });

  it('runs a message shortcut', async () => {
    await post(approval);
    await message('Approval needed').hover();
    await page.getByRole('button', { name: 'Message shortcuts' }).click();
    await page.getByRole('menuitem', { name: 'Show the logs' }).click();
    await expect.poll(() => heard, polling).toContain('alice wants logs');
  });

  it('walks through the channels with the arrow keys', async () => {
    await page.getByRole('button', { name: 'prod-1', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: '#ops' }).waitFor();
  });

  it('lets nobody write where they are not a member, or where nobody may', async () => {
    await page.getByRole('button', { name: 'archived' }).click();
    await page.getByPlaceholder('#archived is archived: nobody can write here.').waitFor();
    expect(await box().isDisabled()).toBe(true);
  });

  it('stays at the end while the reader is there, and leaves a reader further up alone', async () => {
    for (let n = 0; n < 12; n += 1) await post(approval);
    await page.locator('.message').nth(11).waitFor();
    const distance = 'const m = document.getElementById("messages"); m.scrollHeight - m.scrollTop - m.clientHeight';
    await page.waitForFunction(`(() => { ${distance.replace('; m.', '; return m.')} < 2 })()`);
    await page.locator('#messages').hover();
    await page.mouse.wheel(0, -600);
    await page.waitForFunction(`(() => { ${distance.replace('; m.', '; return m.')} > 300 })()`);
    await app.client.chat.postMessage({ channel, text: 'the newest' });
    await page.getByRole('button', { name: 'New messages below' }).click();
    await page.waitForFunction(`(() => { ${distance.replace('; m.', '; return m.')} < 2 })()`);
  });
});

function box() {
  return page.getByRole('combobox', { name: 'Message', exact: true });
}

function message(words: string) {
  return page.getByRole('log', { name: 'Messages' }).getByRole('article').filter({ hasText: words });
}

async function types(words: string): Promise<void> {
  await box().fill(words);
  await box().press('Enter');
}

async function post(blocks: readonly KnownBlock[]): Promise<string> {
  const { ts = '' } = await app.client.chat.postMessage({ channel, text: 'a card', blocks: [...blocks] });
  await page.locator(`[data-ts="${ts}"]`).waitFor();
  return ts;
}

const onePixel = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);

function header(...names: readonly string[]) {
  return names.map((text) => ({ type: 'raw_text' as const, text }));
}

function row([name, size]: readonly [string, number]) {
  return [
    { type: 'raw_text' as const, text: name },
    { type: 'raw_number' as const, value: size, text: `${size}` },
  ];
}

function nastyBlocks(nasty: string): KnownBlock[] {
  const plain = { type: 'plain_text' as const, text: nasty };
  return [
    { type: 'section', text: { type: 'mrkdwn', text: `*${nasty}* <javascript:window.hacked=1|click>` } },
    { type: 'section', fields: [plain, { type: 'mrkdwn', text: `\`${nasty}\`` }] },
    { type: 'header', text: plain },
    { type: 'markdown', text: `# ${nasty}\n[click](javascript:window.hacked=1)\n\n| ${nasty} |\n|---|\n| ${nasty} |` },
    { type: 'plan', title: nasty, tasks: [{ type: 'task_card', task_id: '1', title: nasty, status: 'pending' }] },
    {
      type: 'data_table',
      caption: nasty,
      rows: [[{ type: 'raw_text', text: nasty }], [{ type: 'raw_text', text: nasty }]],
    },
    { type: 'context', elements: [plain, { type: 'mrkdwn', text: 'last of the nasty blocks' }] },
  ];
}

function answerEverything(): void {
  const nameOf = (id: string) => slack.state.people.get(id)?.name ?? id;
  app.command('/salvor', async ({ ack, command, respond, client }) => {
    await ack();
    heard.push(`${nameOf(command.user_id)}: ${command.text}`);
    if (command.text === 'help') await respond('What you can do here');
    if (command.text === 'approve') await client.views.open({ trigger_id: command.trigger_id, view: approveModal });
  });
  app.action('run.cancel', async ({ ack, body, action, respond }) => {
    await ack();
    heard.push(`${nameOf(body.user.id)} pressed run.cancel: ${'value' in action ? action.value : ''}`);
    await respond('Cancelled.');
  });
  app.action('run.menu', async ({ ack, body, action }) => {
    await ack();
    const chosen = action.type === 'overflow' ? action.selected_option.value : '';
    heard.push(`${nameOf(body.user.id)} chose ${chosen}`);
  });
  app.action('home.open', async ({ ack, body, action }) => {
    await ack();
    heard.push(`${nameOf(body.user.id)} pressed home.open: ${'value' in action ? action.value : ''}`);
  });
  app.view('approval.confirm', async ({ ack, view, body }) => {
    const { target, checks, backup, note } = view.state.values;
    const errors = { target: 'That is another cluster.' };
    if (target?.v?.value !== 'prod-1') return ack({ response_action: 'errors', errors });
    const checked = checks?.v?.selected_options?.map(({ value }) => value);
    const chosen = backup?.v?.selected_option?.text.text;
    heard.push(`${nameOf(body.user.id)} approves prod-1 with ${checked}, ${chosen}, ${note?.v?.value}`);
    return ack();
  });
  app.view({ callback_id: 'approval.confirm', type: 'view_closed' }, async ({ ack, body, view }) => {
    await ack();
    heard.push(`${nameOf(body.user.id)} closed ${view.callback_id}`);
  });
  app.shortcut('logs', async ({ ack, body }) => {
    await ack();
    heard.push(`${nameOf(body.user.id)} wants logs`);
  });
  app.event('app_mention', async ({ event }) => {
    const files = asRecords('files' in event ? event.files : undefined);
    heard.push(`${nameOf(event.user ?? '')} mentions the app, with ${files.map((file) => file.name)}`);
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: home });
  });
}
