import { describe, expect, it } from 'vitest';
import { house } from './house.ts';

const channel = 'C0PROD1';

async function asked(text = '/salvor raise prod-1') {
  const all = await house();
  await all.types('alice', channel, text);
  const view = await all.slack.waitFor(() => all.slack.views('alice')[0]);
  return { ...all, view };
}

describe('a command that leaves something away', () => {
  it('opens a form instead of refusing: what was said stands, what is missing is asked, to be searched through', async () => {
    const { view, whispers } = await asked();
    const said = JSON.stringify(view.blocks);
    expect(said).toContain('Cluster: prod-1');
    expect(said).toContain('"1.149"');
    expect(view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id)).toEqual([
      'version',
      'reason',
    ]);
    expect(whispers('alice', channel)).toEqual([]);
  });

  it('opens none for who may not do it: they are refused at once', async () => {
    const { slack, types, whispers } = await house();
    const hall = 'C0HALL';
    const members = ['U0BOB', 'U0SALVOR'];
    slack.state.channels.set(hall, {
      ...{ id: hall, name: 'hall', kind: 'public', topic: '', members, isArchived: false, isShared: false },
    });
    await types('bob', hall, '/salvor snapshot');
    const answer = await slack.waitFor(() => whispers('bob', hall)[0]);
    expect(answer.text).toContain('This takes the operator right on prod-1');
    expect(slack.views('bob')).toEqual([]);
  });

  it('does what was answered, as if it had been typed', async () => {
    const { slack, view, queued, runs } = await asked();
    await slack.submits('alice', view.id, { version: { answer: '1.7' }, reason: { answer: 'it is "old"' } });
    await slack.waitFor(() => queued.length === 1);
    expect(await runs.find(queued[0] ?? '')).toMatchObject({
      words: 'raise prod-1 1.7 --reason "it is \\"old\\""',
      payload: { cluster: 'prod-1', version: '1.7', reason: 'it is "old"' },
      thread: { channel },
    });
    expect(slack.views('alice')).toEqual([]);
  });

  it('says in the form what cannot be understood', async () => {
    const { slack, view, queued } = await asked();
    await slack.submits('alice', view.id, { version: { answer: '1.7' }, reason: { answer: 'x' } });
    await slack.waitFor(() => JSON.stringify(slack.views('alice')[0] ?? '').includes('must say in a few words why'));
    expect(queued).toEqual([]);
  });

  it('is refused with words where no form can be opened', async () => {
    const { slack, types, whispers } = await house();
    slack.fail('views.open', { error: 'expired_trigger_id' });
    await types('alice', channel, '/salvor raise prod-1');
    const answer = await slack.waitFor(() => whispers('alice', channel)[0]);
    expect(answer.text).toContain('&lt;version&gt; is missing.');
  });

  it('in a mention, which can open nothing, is refused with words', async () => {
    const { slack, whispers } = await house();
    await slack.types('alice', channel, '@salvor raise prod-1');
    expect((await slack.waitFor(() => whispers('alice', channel)[0])).text).toContain('&lt;version&gt; is missing.');
  });
});
