import { describe, expect, it } from 'vitest';
import { asRecord, asRecords, asText } from '../../sandbox/slack/json.ts';
import { defaultScopes } from '../../sandbox/slack/options.ts';
import { clientOf, refusal, slackWith } from './slack-people.ts';

const channel = 'C0PROD1';

describe('people', () => {
  it('are told apart: guests, bots, the removed, and strangers', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const about = async (user: string) => (await client.users.info({ user })).user ?? {};
    expect(await about('U0GUS')).toMatchObject({ is_restricted: true, is_bot: false, team_id: 'T0LOCAL' });
    expect(await about('U0SALVOR')).toMatchObject({ is_bot: true });
    expect(await about('U0EVE')).toMatchObject({ team_id: 'T0OTHER', is_stranger: true });
    slack.state.people.set('U0VERA', { ...slack.state.people.get('U0ALICE'), ...vera, isDeleted: true });
    expect(await about('U0VERA')).toMatchObject({ deleted: true });
    expect((await refusal(client.users.info({ user: 'U0NOBODY' }))).error).toBe('user_not_found');
    const carol = await client.users.info({ user: 'U0CAROL', include_locale: true });
    expect(carol.user?.locale).toBe('zh-CN');
  });

  it('are listed by cursor, without those of other companies', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const first = await client.users.list({ limit: 4 });
    const second = await client.users.list({ limit: 4, cursor: first.response_metadata?.next_cursor ?? '' });
    const names = [...(first.members ?? []), ...(second.members ?? [])].map((member) => member.name);
    expect(names).toEqual(['alice', 'bob', 'carol', 'vera', 'gus', 'salvor']);
    expect(second.response_metadata?.next_cursor).toBe('');
    expect((await refusal(client.users.list({ cursor: 'rubbish' }))).error).toBe('invalid_cursor');
  });

  it('are found by their address', async () => {
    const client = clientOf(await slackWith());
    expect((await client.users.lookupByEmail({ email: 'Bob@example.com' })).user?.id).toBe('U0BOB');
    expect((await refusal(client.users.lookupByEmail({ email: 'no@example.com' }))).error).toBe('users_not_found');
  });

  it('are in user groups', async () => {
    const client = clientOf(await slackWith());
    const { usergroups = [] } = await client.usergroups.list({ include_users: true });
    expect(usergroups.map(({ handle, users }) => [handle, users])).toContainEqual([
      'etcd-approvers',
      ['U0BOB', 'U0CAROL'],
    ]);
    expect((await client.usergroups.users.list({ usergroup: 'S0OPERATORS' })).users).toEqual(['U0ALICE']);
    expect((await refusal(client.usergroups.users.list({ usergroup: 'S0NONE' }))).error).toBe('no_such_subteam');
  });
});

const vera = {
  id: 'U0VERA',
  name: 'vera',
  realName: 'Vera Vogel',
  email: 'vera@example.com',
  teamId: 'T0LOCAL',
  locale: 'en-US',
  timezone: 'UTC',
};

describe('channels', () => {
  it('are listed as far as the bot sees them', async () => {
    const client = clientOf(await slackWith());
    const types = 'public_channel,private_channel';
    const names = async (more: object = {}) =>
      (await client.conversations.list({ types, ...more })).channels?.map(({ name }) => name);
    expect(await names()).toEqual(['prod-1', 'ops', 'archived']);
    expect(await names({ exclude_archived: true })).toEqual(['prod-1', 'ops']);
  });

  it('say what they are and who is in them', async () => {
    const client = clientOf(await slackWith());
    const ops = await client.conversations.info({ channel: 'C0OPS' });
    expect(ops.channel).toMatchObject({ name: 'ops', is_member: true, is_ext_shared: true, is_archived: false });
    expect((await client.conversations.members({ channel: 'C0OPS' })).members).toContain('U0EVE');
    expect((await refusal(client.conversations.info({ channel: 'C0PRIVATE' }))).error).toBe('channel_not_found');
  });

  it('give their history newest first without replies, and a thread oldest first', async () => {
    const client = clientOf(await slackWith());
    const root = await client.chat.postMessage({ channel, text: 'root' });
    const thread_ts = root.ts ?? '';
    await client.chat.postMessage({ channel, text: 'reply', thread_ts });
    await client.chat.postMessage({ channel, text: 'for all', thread_ts, reply_broadcast: true });
    await client.chat.postEphemeral({ channel, text: 'psst', user: 'U0BOB' });
    const history = await client.conversations.history({ channel });
    expect(history.messages?.map(({ text }) => text)).toEqual(['for all', 'root']);
    expect(history.messages?.[1]).toMatchObject({ reply_count: 2, thread_ts });
    const replies = await client.conversations.replies({ channel, ts: thread_ts });
    expect(replies.messages?.map(({ text }) => text)).toEqual(['root', 'reply', 'for all']);
    const one = await client.conversations.history({ channel, limit: 1 });
    expect(one).toMatchObject({ has_more: true, messages: [{ text: 'for all' }] });
    expect((await refusal(client.conversations.replies({ channel, ts: '1.000001' }))).error).toBe('thread_not_found');
  });

  it('may be joined when they are public, and entered by invitation when they are not', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const publicRoom = { name: 'lobby', kind: 'public', topic: '', isArchived: false, isShared: false } as const;
    slack.state.channels.set('C0LOBBY', { ...publicRoom, id: 'C0LOBBY', members: [] });
    expect((await client.conversations.join({ channel: 'C0LOBBY' })).channel).toMatchObject({ is_member: true });
    await client.chat.postMessage({ channel: 'C0LOBBY', text: 'hello' });
    expect((await refusal(client.conversations.join({ channel: 'C0PRIVATE' }))).error).toBe('channel_not_found');
    expect((await refusal(client.conversations.join({ channel: 'C0ARCHIVED' }))).error).toBe('is_archived');
    slack.invites('alice', 'private-room', 'salvor');
    await client.chat.postMessage({ channel: 'C0PRIVATE', text: 'Thank you for having me.' });
  });

  it('may be a direct message, opened or simply written to', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const opened = await client.conversations.open({ users: 'U0ALICE' });
    const posted = await client.chat.postMessage({ channel: 'U0ALICE', text: 'Between us.' });
    expect(posted.channel).toBe(opened.channel?.id);
    expect(slack.messages(posted.channel ?? '', { as: 'bob' })).toEqual([]);
    expect(slack.messages(posted.channel ?? '', { as: 'alice' })).toHaveLength(1);
  });
});

describe('files', () => {
  it('are uploaded in three steps, shared in a thread, and served', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts: thread_ts = '' } = await client.chat.postMessage({ channel, text: 'root' });
    const content = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 3]);
    await client.filesUploadV2({
      channel_id: channel,
      thread_ts,
      file: content,
      filename: 'sizes.png',
      alt_text: 'Sizes over time',
      initial_comment: 'The picture',
    });
    const [, message] = slack.messages('prod-1', { thread: thread_ts });
    const [file] = message?.files ?? [];
    expect(message?.text).toBe('The picture');
    expect(file).toMatchObject({ name: 'sizes.png', mimetype: 'image/png', sizeBytes: 8, altText: 'Sizes over time' });
    const served = await fetch(file?.url ?? '');
    expect(served.headers.get('content-type')).toBe('image/png');
    expect(Buffer.from(await served.arrayBuffer())).toEqual(content);
    expect((await client.files.info({ file: file?.id ?? '' })).file?.size).toBe(8);
    await client.files.delete({ file: file?.id ?? '' });
    expect((await refusal(client.files.info({ file: file?.id ?? '' }))).error).toBe('file_not_found');
    expect(slack.messages('prod-1', { thread: thread_ts })[1]?.files).toEqual([]);
  });

  it('are refused when fewer bytes came than were promised, or none', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const promised = await client.files.getUploadURLExternal({ filename: 'a.csv', length: 10 });
    const short = await fetch(promised.upload_url ?? '', { method: 'POST', body: 'abc' });
    expect(short.status).toBe(400);
    const files: [{ id: string }] = [{ id: promised.file_id ?? '' }];
    expect((await refusal(client.files.completeUploadExternal({ files }))).error).toBe('file_not_found');
  });
});

describe('files that people attach', () => {
  const manifest = { name: 'cidr.yaml', bytes: Buffer.from('kind: ServiceCIDR\n') };

  async function attached(where = channel, scopes = defaultScopes) {
    const slack = await slackWith({ scopes });
    await slack.types('alice', where, '@salvor upgrade prod-1 1.37', { files: [manifest] });
    const event = asRecord(slack.envelopes().at(-1)?.payload.event);
    const [file] = asRecords(event.files);
    return { slack, event, file: asRecord(file), url: asText(file?.url_private_download) };
  }

  const get = (url: string, token?: string) =>
    fetch(url, { headers: token === undefined ? {} : { authorization: `Bearer ${token}` } });

  it('are in the mention, which does not say the writer’s workspace then', async () => {
    const { event, file } = await attached();
    expect(event).toMatchObject({ type: 'app_mention', user: 'U0ALICE', upload: false });
    expect([event.team, event.subtype]).toEqual([undefined, undefined]);
    expect(file).toMatchObject({
      name: 'cidr.yaml',
      mimetype: 'text/plain',
      size: 18,
      user: 'U0ALICE',
      mode: 'hosted',
    });
  });

  it('are given to the bot’s token alone', async () => {
    const { slack, url } = await attached();
    expect(await (await get(url, slack.botToken)).text()).toBe('kind: ServiceCIDR\n');
    for (const token of [undefined, 'xoxb-other', slack.appToken]) {
      const answer = await get(url, token);
      expect([answer.status, answer.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
      expect(await answer.text()).toContain('Sign in');
    }
  });

  it('are a page to sign in to an app without files:read', async () => {
    const { slack, url } = await attached(
      channel,
      defaultScopes.filter((scope) => scope !== 'files:read'),
    );
    const answer = await fetch(url, { headers: { authorization: `Bearer ${slack.botToken}` }, redirect: 'manual' });
    expect([answer.status, answer.headers.get('location')]).toEqual([302, expect.stringMatching(/^\/signin\?redir=/)]);
    expect((await get(url, slack.botToken)).headers.get('content-type')).toMatch(/^text\/html/);
  });

  it('have to be asked for in a channel that is shared with another company', async () => {
    const { slack, file, url } = await attached('C0OPS');
    expect([file.file_access, file.name, url]).toEqual(['check_file_info', undefined, '']);
    const { file: info } = await clientOf(slack).files.info({ file: asText(file.id) });
    expect(info).toMatchObject({ name: 'cidr.yaml', file_access: 'visible' });
    expect(await (await get(info?.url_private_download ?? '', slack.botToken)).text()).toContain('ServiceCIDR');
  });

  it('do not go with a slash command', async () => {
    const slack = await slackWith();
    const sent = slack.types('alice', channel, '/salvor upgrade prod-1 1.37', { files: [manifest] });
    await expect(sent).rejects.toThrow('A slash command carries no files.');
  });
});

describe('a permalink', () => {
  it('leads to the page, with the thread named', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts: thread_ts = '' } = await client.chat.postMessage({ channel, text: 'root' });
    const { ts: message_ts = '' } = await client.chat.postMessage({ channel, text: 'reply', thread_ts });
    const { permalink = '' } = await client.chat.getPermalink({ channel, message_ts });
    expect(permalink).toContain(`/archives/${channel}/p${message_ts.replace('.', '')}?thread_ts=${thread_ts}`);
    const answer = await fetch(permalink, { redirect: 'manual' });
    expect(answer.headers.get('location')).toBe(`/page/?channel=${channel}&thread=${thread_ts}&ts=${message_ts}`);
    expect((await refusal(client.chat.getPermalink({ channel, message_ts: '1.1' }))).error).toBe('message_not_found');
  });
});
