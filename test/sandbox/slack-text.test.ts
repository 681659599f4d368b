import { describe, expect, it } from 'vitest';
import { clientOf, refusal, section, slackWith } from './slack-people.ts';

const channel = 'C0PROD1';

describe('text', () => {
  it('is cut at 40,000 characters on post, with a warning', async () => {
    const slack = await slackWith();
    const answer = await clientOf(slack).chat.postMessage({ channel, text: 'x'.repeat(40_001) });
    expect(answer.response_metadata).toMatchObject({ warnings: ['message_truncated'] });
    expect(slack.messages('prod-1')[0]?.text).toHaveLength(40_000);
  });

  it('is refused over 4,000 characters on update', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'x'.repeat(5000) });
    await client.chat.update({ channel, ts, text: 'y'.repeat(4000) });
    expect((await refusal(client.chat.update({ channel, ts, text: 'z'.repeat(4001) }))).error).toBe('msg_too_long');
    expect(slack.messages('prod-1')[0]?.text).toBe('y'.repeat(4000));
  });

  it('alone takes the blocks away on update', async () => {
    const slack = await slackWith();
    const client = clientOf(slack);
    const { ts = '' } = await client.chat.postMessage({ channel, text: 'card', blocks: [section('card')] });
    await client.chat.update({ channel, ts, text: 'card', blocks: [section('changed')] });
    expect(slack.messages('prod-1')[0]?.blocks).toMatchObject([{ text: { text: 'changed' } }]);
    await client.chat.update({ channel, ts, text: 'only words' });
    expect(slack.messages('prod-1')[0]).toMatchObject({ text: 'only words', blocks: [], edited: { user: 'U0SALVOR' } });
  });

  it('comes from people with the three characters escaped and names turned into mentions', async () => {
    const slack = await slackWith();
    await slack.types('alice', 'prod-1', '@bob: a < b && @salvor, mail me@example.com');
    expect(slack.messages('prod-1')[0]?.text).toBe('<@U0BOB>: a &lt; b &amp;&amp; <@U0SALVOR>, mail me@example.com');
  });
});
