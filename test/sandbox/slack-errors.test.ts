import { describe, expect, it } from 'vitest';
import { clientOf, refusal, section, slackWith } from './slack-people.ts';

const message = { channel: 'C0PROD1', text: 'hello' };

describe('the Web API refuses, with HTTP 200,', () => {
  it('who says nothing, the wrong thing, or too little about themselves', async () => {
    const slack = await slackWith({ scopes: ['users:read'] });
    const silent = await fetch(`${slack.apiUrl}auth.test`, { method: 'POST' });
    expect(silent.status).toBe(200);
    expect(await silent.json()).toEqual({ ok: false, error: 'not_authed' });
    expect((await refusal(clientOf(slack, 'xoxb-other').auth.test())).error).toBe('invalid_auth');
    expect((await refusal(clientOf(slack, slack.appToken).auth.test())).error).toBe('not_allowed_token_type');
    expect(await refusal(clientOf(slack).chat.postMessage(message))).toMatchObject({
      error: 'missing_scope',
      needed: 'chat:write',
      provided: 'users:read',
    });
  });

  it('a method it does not have', async () => {
    const slack = await slackWith();
    expect(await refusal(clientOf(slack).apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
  });

  it('bodies it cannot read', async () => {
    const slack = await slackWith();
    const post = async (contentType: string, body: string) => {
      const headers = { 'content-type': contentType, authorization: `Bearer ${slack.botToken}` };
      return (await fetch(`${slack.apiUrl}chat.postMessage`, { method: 'POST', headers, body })).json();
    };
    expect(await post('application/json', '{')).toMatchObject({ error: 'invalid_json' });
    expect(await post('application/json', '[]')).toMatchObject({ error: 'json_not_object' });
    expect(await post('text/plain', 'x')).toMatchObject({ error: 'invalid_post_type' });
    expect(await post('application/json', JSON.stringify(message))).toMatchObject({
      ok: true,
      warning: 'missing_charset',
      response_metadata: { warnings: ['missing_charset'] },
    });
  });

  it.each([
    { channel: 'C0NOWHERE', error: 'channel_not_found', because: 'there is no such channel' },
    { channel: 'C0PRIVATE', error: 'channel_not_found', because: 'the bot is not in the private channel' },
    { channel: 'C0PUBLIC', error: 'not_in_channel', because: 'the bot is not in the public channel' },
    { channel: 'C0ARCHIVED', error: 'is_archived', because: 'the channel is archived' },
    { channel: 'U0SALVOR', error: 'cannot_dm_bot', because: 'it is the bot itself' },
  ])('a message to $channel, as $because', async ({ channel, error }) => {
    const slack = await slackWith();
    const elsewhere = { name: 'public', kind: 'public', topic: '', isArchived: false, isShared: false } as const;
    slack.state.channels.set('C0PUBLIC', { ...elsewhere, id: 'C0PUBLIC', members: ['U0ALICE'] });
    expect((await refusal(clientOf(slack).chat.postMessage({ ...message, channel }))).error).toBe(error);
  });

  it('an only-you message to somebody outside the channel', async () => {
    const slack = await slackWith();
    const to = (user: string) => refusal(clientOf(slack).chat.postEphemeral({ ...message, user }));
    expect((await to('U0EVE')).error).toBe('user_not_in_channel');
  });

  it('changes to messages that are not there or not its own', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    await slack.types('alice', 'prod-1', 'mine');
    const alices = slack.messages('prod-1')[0]?.ts ?? '';
    const { message_ts: onlyYou = '' } = await client.chat.postEphemeral({ ...message, user: 'U0ALICE' });
    const update = async (ts: string) => (await refusal(client.chat.update({ ...message, ts }))).error;
    expect(await update('1.000001')).toBe('message_not_found');
    expect(await update(onlyYou)).toBe('message_not_found');
    expect(await update(alices)).toBe('cant_update_message');
    expect((await refusal(client.chat.delete({ channel: 'C0PROD1', ts: alices }))).error).toBe('cant_delete_message');
    expect((await refusal(client.chat.delete({ channel: 'C0PROD1', ts: onlyYou }))).error).toBe('message_not_found');
  });

  it('an empty message, and a thread_ts that is no timestamp', async () => {
    const client = clientOf(await slackWith());
    expect((await refusal(client.chat.postMessage({ channel: 'C0PROD1', text: '' }))).error).toBe('no_text');
    expect(await refusal(client.chat.postMessage({ ...message, thread_ts: '0' }))).toMatchObject({
      error: 'invalid_thread_ts',
      response_metadata: { messages: ['[ERROR] 0 is not a valid thread_ts'] },
    });
  });

  it('changes to a channel by its name', async () => {
    const client = clientOf(await slackWith());
    const { ts = '' } = await client.chat.postMessage({ channel: '#prod-1', text: 'by name' });
    const byName = await refusal(client.chat.update({ channel: '#prod-1', ts, text: 'changed' }));
    expect(byName.error).toBe('channel_not_found');
  });

  it('the same reaction twice', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts: timestamp = '' } = await client.chat.postMessage(message);
    const reaction = { channel: 'C0PROD1', timestamp, name: 'eyes' };
    await client.reactions.add(reaction);
    expect((await refusal(client.reactions.add(reaction))).error).toBe('already_reacted');
    expect(slack.messages('prod-1')[0]?.reactions).toEqual([{ name: 'eyes', users: ['U0SALVOR'] }]);
    await client.reactions.remove(reaction);
    expect((await refusal(client.reactions.remove(reaction))).error).toBe('no_reaction');
  });
});

describe('Block Kit', () => {
  it('is refused with the place of what is wrong', async () => {
    const slack = await slackWith();
    const blocks = [section('fine'), section('x'.repeat(3001))];
    const answer = await refusal(clientOf(slack).chat.postMessage({ ...message, blocks }));
    expect(answer).toMatchObject({
      error: 'invalid_blocks',
      errors: [expect.stringContaining('[json-pointer:/blocks/1/text/text]')],
      response_metadata: {
        messages: [expect.stringMatching(/^\[ERROR\] .*\[json-pointer:\/blocks\/1\/text\/text\]$/)],
      },
    });
    expect(slack.messages('prod-1')).toEqual([]);
  });

  it('is refused when there is too much text over all blocks', async () => {
    const slack = await slackWith();
    const blocks = Array.from({ length: 5 }, () => section('x'.repeat(2900)));
    const answer = await refusal(clientOf(slack).chat.postMessage({ ...message, blocks }));
    expect(answer.error).toBe('msg_blocks_too_long');
  });

  it('gets the ids it came without, and keeps those it has', async () => {
    const slack = await slackWith();
    const actions = { type: 'actions', elements: [{ type: 'button', text: { type: 'plain_text', text: 'Go' } }] };
    await clientOf(slack).chat.postMessage({ ...message, blocks: [{ ...section('a'), block_id: 'mine' }, actions] });
    const [kept, made] = slack.messages('prod-1')[0]?.blocks ?? [];
    expect(kept?.block_id).toBe('mine');
    expect(made?.block_id).toMatch(/^\w+$/);
    expect(made?.elements).toMatchObject([{ action_id: expect.stringMatching(/^\w+$/) }]);
  });

  it('may be written as text in a form; text that is no JSON is refused', async () => {
    const slack = await slackWith();
    const answer = await refusal(clientOf(slack).apiCall('chat.postMessage', { ...message, blocks: '[{' }));
    expect(answer.error).toBe('invalid_blocks_format');
  });
});
