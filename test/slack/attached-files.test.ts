import { createServer } from 'node:http';
import { describe, expect, it, onTestFinished } from 'vitest';
import { defaultScopes } from '../../sandbox/slack/options.ts';
import type { LocalSlack } from '../../sandbox/slack/server.ts';
import { createSharedFiles, most, type SharedFile } from '../../src/slack/attached-files.ts';
import { clientOf, slackWith } from '../sandbox/slack-people.ts';
import { type House, type HouseOptions, house } from './house.ts';

const channel = 'C0PROD1';
const file = (name: string, text: string | Uint8Array) => ({ name, bytes: Buffer.from(text) });
const manifest = file('cidr.yaml', 'kind: ServiceCIDR');

type Attached = ReturnType<typeof file>;

async function asked(
  files: readonly Attached[],
  { by = 'vera', words = '@salvor read prod-1', ...options }: Asked = {},
) {
  const all = await house(options);
  await all.slack.types(by, channel, words, { files });
  const started = async () => {
    await all.slack.waitFor(() => all.queued.length === 1);
    return all.runs.find(all.queued[0] ?? '');
  };
  const told = () => all.slack.waitFor(() => all.whispers(by, channel)[0]?.text);
  return { ...all, started, told };
}

interface Asked extends HouseOptions {
  readonly by?: string;
  readonly words?: string;
}

const downloads = ({ calls }: House) => calls.filter(({ method }) => method === 'url_private_download');

describe('files of a mention', () => {
  it('are read, in their order, by a command that takes them', async () => {
    const { started } = await asked([manifest, file('b.json', '{}'), file('notes.txt', 'ü')]);
    expect((await started())?.payload).toEqual({
      cluster: 'prod-1',
      files: [
        { name: 'cidr.yaml', text: 'kind: ServiceCIDR' },
        { name: 'b.json', text: '{}' },
        { name: 'notes.txt', text: 'ü' },
      ],
    });
  });

  it('are read once, however often Slack delivers the message', async () => {
    const all = await asked([manifest]);
    await all.started();
    await all.slack.redeliver(all.slack.envelopes()[0]);
    await all.slack.waitFor(() => all.log.some((line) => line.words.startsWith('a delivery came again')));
    expect(all.queued).toHaveLength(1);
    expect(downloads(all)).toEqual([{ method: 'url_private_download', outcome: 'ok' }]);
  });

  it('are asked for where the channel is shared with another company', async () => {
    const { slack, queued, runs } = await house();
    await slack.types('vera', 'C0OPS', '@salvor read prod-2', { files: [manifest] });
    await slack.waitFor(() => queued.length === 1);
    expect((await runs.find(queued[0] ?? ''))?.payload).toMatchObject({ files: [{ name: 'cidr.yaml' }] });
  });

  it('are not read for somebody who may not ask, and not by a command that takes none', async () => {
    const guest = await asked([manifest], { by: 'gus' });
    expect(await guest.told()).toContain('I take no orders from guests');
    const viewer = await asked([manifest], { words: '@salvor snapshot prod-1' });
    expect(await viewer.told()).toContain('The command snapshot takes no files.');
    const elsewhere = await asked([manifest], { words: '@salvor read prod-9' });
    expect(await elsewhere.told()).toContain('prod-9');
    for (const one of [guest, viewer, elsewhere]) expect([...downloads(one), ...one.queued]).toEqual([]);
  });

  it.each([
    ['no text by its name', [file('photo.png', 'x')], 'photo.png is no text.'],
    ['no text by what is in it', [file('a.yaml', new Uint8Array([0xff, 0xfe, 0x00]))], 'a.yaml is no text in UTF-8.'],
    ['too large', [manifest, file('big.yaml', 'x'.repeat(most.bytes))], '256 KiB in all; big.yaml goes beyond it.'],
    ['too many', Array.from({ length: 21 }, () => manifest), 'A message may bring 20 files; this one has 21.'],
  ])('that are %s start nothing, and the person reads why', async (_, files, why) => {
    const { told, queued } = await asked(files);
    expect(await told()).toContain(why);
    expect(queued).toEqual([]);
  });

  it('that Slack answers with a page to sign in say which scope is missing', async () => {
    const scopes = defaultScopes.filter((scope) => scope !== 'files:read');
    const { told, queued } = await asked([manifest], { slack: { scopes } });
    expect(await told()).toContain('this app has no scope files:read.');
    expect(queued).toEqual([]);
  });

  it('that cannot be had now may be sent again', async () => {
    const all = await house();
    all.slack.fail('url_private', { status: 503, times: 1 });
    await all.slack.types('vera', channel, '@salvor read prod-1', { files: [manifest] });
    const told = await all.slack.waitFor(() => all.whispers('vera', channel)[0]?.text);
    expect(told).toContain('The files could not be had from Slack.');
    await all.slack.redeliver(all.slack.envelopes()[0]);
    await all.slack.waitFor(() => all.queued.length === 1);
  });

  it('are nowhere in the log', async () => {
    const all = await asked([file('secret.yaml', 'data: aHVudGVyMg')]);
    await all.started();
    await (await asked([file('secret.yaml', '{ data: aHVudGVyMg')])).started();
    expect(JSON.stringify(all.log)).not.toContain('aHVudGVyMg');
  });
});

describe('the token', () => {
  /** Another host, which notes what it is shown. */
  async function elsewhere(answer: { readonly status: number; readonly location?: string } = { status: 200 }) {
    const shown: (string | undefined)[] = [];
    const server = createServer((request, response) => {
      shown.push(request.headers.authorization);
      response.writeHead(answer.status, answer.location === undefined ? {} : { location: answer.location }).end('x');
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    onTestFinished(() => new Promise<void>((done) => server.close(() => done())));
    const address = server.address();
    return { shown, url: `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/a.yaml` };
  }

  const read = (slack: LocalSlack, url: string, apiUrl: string | undefined = slack.apiUrl) => {
    const one: SharedFile = { id: 'F1', name: 'a.yaml', url_private_download: url };
    return createSharedFiles({ client: clientOf(slack), botToken: slack.botToken, apiUrl, onCall() {} }).read([one]);
  };

  it('is shown to no other host, whatever a file says', async () => {
    const slack = await slackWith();
    const { shown, url } = await elsewhere();
    await expect(read(slack, url)).rejects.toThrow('a.yaml does not lie at Slack.');
    await expect(read(slack, 'https://files.slack.com.example.org/a.yaml')).rejects.toThrow('does not lie at Slack.');
    await expect(read(slack, 'http://files.slack.com/a.yaml')).rejects.toThrow('does not lie at Slack.');
    await expect(read(slack, '')).rejects.toThrow('does not lie at Slack.');
    expect(shown).toEqual([]);
  });

  it('does not follow where a redirect leads away from Slack', async () => {
    const slack = await slackWith();
    const stranger = await elsewhere();
    const slacks = await elsewhere({ status: 302, location: stranger.url });
    await expect(read(slack, slacks.url, slacks.url)).rejects.toThrow('a.yaml does not lie at Slack.');
    expect(slacks.shown).toEqual([`Bearer ${slack.botToken}`]);
    expect(stranger.shown).toEqual([]);
  });
});
