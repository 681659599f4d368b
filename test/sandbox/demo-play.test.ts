import { App, LogLevel } from '@slack/bolt';
import { expect, it, onTestFinished } from 'vitest';
import { type Act, play, type Stage } from '../../sandbox/demo/play.ts';
import { asRecords } from '../../sandbox/slack/json.ts';
import { slackWith } from './slack-people.ts';

const channel = 'C0PROD1';
const snapshot: Act = { by: 'alice', types: '/salvor snapshot prod-1', ends: 'Done' };

/** What a small app does with each command it hears, in turn: posts a card that then says these, or tells only who typed. */
type Answer = { readonly card: readonly string[] } | { readonly whisper: string };

async function stage(answers: readonly Answer[], more: Partial<Stage> = {}) {
  const slack = await slackWith();
  const said: string[] = [];
  const { botToken: token, appToken, apiUrl: slackApiUrl } = slack;
  const app = new App({ token, appToken, socketMode: true, logLevel: LogLevel.ERROR, clientOptions: { slackApiUrl } });
  const left = [...answers];
  app.command('/salvor', async ({ ack, respond, client }) => {
    await ack();
    const answer = left.shift() ?? { whisper: 'I was asked once too often.' };
    if ('whisper' in answer) {
      await respond(answer.whisper);
      return;
    }
    const [first = '', ...later] = answer.card;
    const { ts = '' } = await client.chat.postMessage({ channel, text: first });
    for (const text of later) await client.chat.update({ channel, ts, text });
  });
  app.event('app_mention', async ({ event, client }) => {
    const under = { channel, thread_ts: event.ts };
    const { ts = '' } = await client.chat.postMessage({ ...under, text: waiting });
    await client.chat.postMessage({ ...under, text: 'All of it' });
    const names = asRecords('files' in event ? event.files : undefined).map(({ name }) => name);
    await client.chat.update({ channel, ts, text: `Done: read ${names}` });
  });
  await app.start();
  onTestFinished(async () => void (await app.stop()));
  const set: Stage = { slack, channel, say: (line) => void said.push(line), ...more };
  return { slack, said, plays: (...acts: readonly Act[]) => play([{ title: 'A scene.', acts }], set) };
}

const waiting = 'Waiting: snapshot of prod-1';
const done: Answer = { card: [waiting, 'Done: in words of another day'] };

it('plays a run until its own card says that it is done, whatever its report says', async () => {
  const { plays, slack } = await stage([done, { card: [waiting, 'Running: snapshot of prod-1', 'Done: saved'] }]);
  await plays(snapshot, snapshot);
  expect(slack.messages(channel).map(({ text }) => text)).toEqual(['Done: in words of another day', 'Done: saved']);
});

it.each(['Failed: The bucket is full.', 'Refused: There is no healthy follower.', 'Cancelled: by bob'])(
  'stops as soon as a card says %j, with what it says',
  async (text) => {
    const { plays, said } = await stage([{ card: [waiting, text] }]);
    await expect(plays(snapshot, { ...snapshot, by: 'bob' })).rejects.toThrow(
      `“/salvor snapshot prod-1” of alice did not end as Done. Its card says: ${text}`,
    );
    expect(said.join('\n')).not.toContain('bob');
  },
);

it('plays a message with files, whose card stands in its thread', async () => {
  const { plays, slack, said } = await stage([done]);
  const files = [{ name: 'a.yaml', bytes: Buffer.from('kind: A') }];
  await plays({ by: 'vera', types: '@salvor upgrade prod-1 1.37', files, ends: 'Done' }, snapshot);
  expect(said.join('\n')).toContain('vera types: @salvor upgrade prod-1 1.37, with a.yaml');
  const [{ ts: thread = '' } = {}] = slack.messages(channel);
  expect(slack.messages(channel, { thread }).map(({ text }) => text)).toContain('Done: read a.yaml');
});

it('goes on when somebody is told alone what was expected', async () => {
  const { plays } = await stage([{ whisper: 'You do not have this right.' }, done]);
  await plays({ by: 'vera', types: '/salvor snapshot prod-1', told: 'not have this right' }, snapshot);
});

it.each([
  ['something else is told', { ...snapshot, ends: undefined, told: 'Welcome' }],
  ['a run is not started', snapshot],
])('stops when %s', async (_, { by, types, told, ends }) => {
  const { plays } = await stage([{ whisper: 'Redis is away.' }]);
  await expect(plays({ by, types, ...(told ? { told } : {}), ...(ends ? { ends } : {}) })).rejects.toThrow(
    'of alice was answered, to them alone: Redis is away.',
  );
});

it('stops when what should be refused starts a run', async () => {
  const { plays } = await stage([done]);
  await expect(plays({ by: 'gus', types: '/salvor snapshot prod-1', told: 'guests' })).rejects.toThrow(
    'of gus was not answered with “guests”.',
  );
});

it('expects one run of a command that is sent twice at once', async () => {
  const twice: Act = { ...snapshot, times: 2, told: 'under way' };
  await (await stage([done, { whisper: 'It is under way.' }])).plays(twice);
  await expect((await stage([done, done])).plays(twice)).rejects.toThrow('was not answered with “under way”.');
});

it('stops with a sentence when a run does not end in time', async () => {
  const { plays } = await stage([{ card: [waiting] }], { patienceMs: 200 });
  await expect(plays(snapshot)).rejects.toThrow('“/salvor snapshot prod-1” of alice has not ended after 0.2 s.');
});

it('stops when Slack takes no such command', async () => {
  const { plays } = await stage([]);
  await expect(plays({ ...snapshot, types: '/saviour snapshot' })).rejects.toThrow('was answered by Slack: ');
});
