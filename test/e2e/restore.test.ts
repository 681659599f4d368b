import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Message } from '../../sandbox/slack/model.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { channel, startWorld, type World } from './world.ts';

/** Three real members, one bot, one worker with real Ansible: a restore as people see it, from the request to the report. */
let world: World;
beforeAll(async () => {
  world = await startWorld({ members: 3, restorable: true, megabytes: 2 });
  await Promise.all([world.start('bot'), world.start('worker')]);
});
afterAll(() => world.stop());

const minutes = 60_000;
const key = '/registry/configmaps/default/written-later';
const get = (...words: readonly string[]) => world.etcd.etcdctl('get', ...words);

/** The message of the approval, in the thread of the run that planned it. */
async function approvalOf(run: RunRecord): Promise<Message> {
  const replies = await world.thread(run, /Review and approve/, 1 * minutes);
  const found = replies.find((message) => JSON.stringify(message.blocks).includes('Review and approve'));
  if (!found) throw new Error('nobody is asked to approve');
  return found;
}

async function approves(person: string, { ts }: Message): Promise<void> {
  await world.slack.clicks(person, { channel, ts }, 'Review and approve');
  const view = await world.slack.waitFor(() => world.slack.views(person)[0]);
  await world.slack.submits(person, view.id, { target: { typed: 'prod-1' } });
}

describe('a restore', () => {
  it('brings the backup back on every member once two other people have approved, and says what was lost', async () => {
    await world.etcd.etcdctl('put', '/registry/configmaps/default/kept', 'as it was');
    const saved = await world.starts('/salvor snapshot prod-1');
    expect((await world.ended(saved.id)).state).toBe('done');
    const verified = await world.starts('/salvor verify prod-1 latest');
    expect((await world.ended(verified.id, 2 * minutes)).state).toBe('done');
    await world.etcd.etcdctl('put', key, 'soon gone');
    await world.etcd.etcdctl('put', '/registry/configmaps/default/kept', 'spoiled');

    const planned = await world.starts('/salvor restore prod-1 latest --reason “bad RBAC rollout”');
    expect(await world.ended(planned.id, 1 * minutes)).toMatchObject({ state: 'done', report: { changed: 'nothing' } });
    const asked = await approvalOf(planned);
    expect(await get(key)).toContain('soon gone');
    await approves('alice', asked);
    await world.privately('alice', /You asked for this yourself|approver right on prod-1/);
    await approves('bob', asked);
    await world.thread(planned, /1 of 2/, 1 * minutes);
    await approves('carol', asked);

    const run = await world.slack.waitFor(() => runOf(planned), { timeoutMs: 1 * minutes });
    const ended = await world.ended(run, 4 * minutes);
    expect(ended.report?.title).toMatch(/prod-1/);
    expect(ended).toMatchObject({ state: 'done' });
    expect(await get(key)).toBe('');
    for (const { endpoint } of world.etcd.members) {
      const answer = await world.etcd.etcdctl('--endpoints', endpoint, 'get', '/registry/configmaps/default/kept');
      expect(answer).toContain('as it was');
    }
    await world.thread(planned, /Done: restore of prod-1/, 1 * minutes);
  });
});

/** The run that carries out what was planned, once it is there. */
function runOf(_planned: RunRecord): string | undefined {
  const card = world.slack
    .messages(channel)
    .find((message) => /restore of prod-1|restore prod-1/.test(message.text) && message.thread_ts === undefined);
  return /run[:_ ](r-[a-z0-9]+)/.exec(JSON.stringify(card?.blocks))?.[1];
}
