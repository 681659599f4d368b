import type { types } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { type LocalSlack, manualClock } from '../../sandbox/slack/server.ts';
import {
  button,
  clientOf,
  type PlainApp,
  payloadOf,
  plain,
  plainApp,
  refusal,
  section,
  slackWith,
} from './slack-people.ts';

const input = (block_id: string, more: object = {}) =>
  ({
    type: 'input',
    block_id,
    label: plain(block_id),
    element: { type: 'plain_text_input', action_id: 'v', ...more },
  }) as const;

const modal = (more: Partial<types.ModalView> = {}): types.ModalView => ({
  type: 'modal',
  title: plain('Title'),
  submit: plain('Go'),
  blocks: [input('name')],
  ...more,
});

async function opened(view = modal()) {
  const app = await plainApp();
  const clock = manualClock();
  const slack = await slackWith({ clock, delivery: { mode: 'http', url: app.url } });
  const client = clientOf(slack);
  const trigger = await commandTrigger(app, slack);
  const answer = await client.views.open({ trigger_id: trigger, view });
  return { app, clock, slack, client, view: answer.view ?? {}, id: answer.view?.id ?? '' };
}

async function commandTrigger(app: PlainApp, slack: LocalSlack): Promise<string> {
  await slack.types('alice', 'prod-1', '/salvor ask');
  return String(payloadOf(app.requests.at(-1)).trigger_id);
}

describe('trigger_id', () => {
  it('opens a modal once', async () => {
    const { app, slack, client } = await opened();
    const trigger_id = await commandTrigger(app, slack);
    await client.views.open({ trigger_id, view: modal() });
    expect(await refusal(client.views.open({ trigger_id, view: modal() }))).toMatchObject({
      error: 'exchanged_trigger_id',
    });
  });

  it('lasts three seconds', async () => {
    const { app, slack, client, clock } = await opened();
    const trigger_id = await commandTrigger(app, slack);
    clock.advance(3000);
    const late = await refusal(client.views.open({ trigger_id, view: modal() }));
    expect(late.error).toBe('expired_trigger_id');
    const madeUp = await refusal(client.views.open({ trigger_id: '1.2.abc', view: modal() }));
    expect(madeUp.error).toBe('invalid_trigger_id');
  });
});

describe('the view stack', () => {
  it('holds three modals, each pushed with a trigger from within', async () => {
    const blocks = [section('hello'), { type: 'actions', block_id: 'more', elements: [button('deeper', 'Deeper')] }];
    const { app, slack, client, id } = await opened(modal({ blocks }));
    const outside = await refusal(
      client.views.push({ trigger_id: await commandTrigger(app, slack), view: modal({ blocks }) }),
    );
    expect(outside.error).toBe('not_found');
    let top = id;
    const push = async () => {
      await slack.clicks('alice', { viewId: top }, 'deeper');
      return client.views.push({
        trigger_id: String(payloadOf(app.requests.at(-1)).trigger_id),
        view: modal({ blocks }),
      });
    };
    for (let count = 2; count <= 3; count += 1) top = (await push()).view?.id ?? '';
    expect(slack.views('alice').map((view) => view.previous_view_id)).toEqual([null, id, slack.views('alice')[1]?.id]);
    expect((await refusal(push())).error).toBe('push_limit_reached');
    await slack.closes('alice', top);
    expect(slack.views('alice')).toHaveLength(2);
  });

  it('refuses a modal without submit, with a long title or over 250 kB, saying where', async () => {
    const { app, slack, client } = await opened();
    const tryOpen = async (view: types.ModalView) =>
      refusal(client.views.open({ trigger_id: await commandTrigger(app, slack), view }));
    expect(await tryOpen(modal({ title: plain('x'.repeat(25)) }))).toMatchObject({
      error: 'invalid_arguments',
      response_metadata: { messages: [expect.stringContaining('[json-pointer:/view/title')] },
    });
    const { submit: _without, ...noSubmit } = modal();
    expect((await tryOpen(noSubmit)).error).toBe('invalid_arguments');
    const big = modal({ blocks: Array.from({ length: 90 }, () => section('x'.repeat(3000))) });
    expect((await tryOpen(big)).error).toBe('view_too_large');
  });

  it('refuses an external_id that is in use', async () => {
    const { app, slack, client } = await opened(modal({ external_id: 'one' }));
    await slack.types('bob', 'prod-1', '/salvor ask');
    const trigger_id = String(payloadOf(app.requests.at(-1)).trigger_id);
    const again = await refusal(client.views.open({ trigger_id, view: modal({ external_id: 'one' }) }));
    expect(again.error).toBe('duplicate_external_id');
    const updated = await client.views.update({ external_id: 'one', view: modal({ external_id: 'one' }) });
    expect(updated.view?.id).toBe(slack.views('alice')[0]?.id);
  });
});

describe('views.update', () => {
  it('refuses a hash that is no longer the latest', async () => {
    const { client, id, view } = await opened();
    const hash = view.hash ?? '';
    const next = await client.views.update({ view_id: id, hash, view: modal() });
    expect(next.view?.hash).not.toBe(hash);
    expect((await refusal(client.views.update({ view_id: id, hash, view: modal() }))).error).toBe('hash_conflict');
  });

  it('keeps what was typed where block_id and action_id stay', async () => {
    const { slack, client, id } = await opened(modal({ blocks: [input('name'), input('note')] }));
    await slack.clicks('alice', { viewId: id }, 'name', 'prod-1');
    await client.views.update({ view_id: id, view: modal({ blocks: [input('name'), input('other')] }) });
    expect(slack.views('alice')[0]?.state.values).toEqual({
      name: { v: { type: 'plain_text_input', value: 'prod-1' } },
      other: { v: { type: 'plain_text_input', value: null } },
    });
  });

  it('does not find a modal that was closed', async () => {
    const { slack, client, id } = await opened();
    await slack.closes('alice', id);
    expect((await refusal(client.views.update({ view_id: id, view: modal() }))).error).toBe('not_found');
  });
});

describe('a submission', () => {
  it('is not sent while a required input is empty or too short', async () => {
    const blocks = [input('name'), input('reason', { min_length: 5 }), { ...input('note'), optional: true }];
    const { app, slack, id } = await opened(modal({ blocks }));
    const sent = app.requests.length;
    const outcome = await slack.submits('alice', id, { reason: 'why' });
    expect(outcome).toMatchObject({
      ok: false,
      errors: { name: 'Please complete this required field.', reason: 'Please enter at least 5 characters.' },
    });
    expect(app.requests).toHaveLength(sent);
    expect(await slack.submits('alice', id, { name: 'prod-1', reason: 'because' })).toEqual({ ok: true });
    const payload = payloadOf(app.requests.at(-1));
    expect(payload).toMatchObject({
      type: 'view_submission',
      view: { state: { values: { name: { v: { value: 'prod-1' } }, note: { v: { value: null } } } } },
    });
    expect(slack.views('alice')).toEqual([]);
  });

  it('stays open with the errors the app gives, under their inputs', async () => {
    const { app, slack, id } = await opened();
    app.answers = { body: { response_action: 'errors', errors: { name: 'No such cluster.' } } };
    expect(await slack.submits('alice', id, { name: 'prod-9' })).toMatchObject({
      errors: { name: 'No such cluster.' },
    });
    expect(slack.views('alice')[0]?.errors).toEqual({ name: 'No such cluster.' });
  });

  it.each([
    {
      answer: { response_action: 'errors', errors: { elsewhere: 'No.' } },
      because: 'errors for a block that is not there',
    },
    { answer: { response_action: 'dance' }, because: 'an unknown response_action' },
    { answer: { response_action: 'update', view: { type: 'modal' } }, because: 'a view Slack refuses' },
  ])('shows trouble and stays open for $because', async ({ answer }) => {
    const { app, slack, id } = await opened();
    app.answers = { body: answer };
    const outcome = await slack.submits('alice', id, { name: 'prod-1' });
    expect(outcome).toMatchObject({ ok: false, error: expect.stringContaining('We had some trouble connecting') });
    expect(slack.errorsShown('alice')).toHaveLength(1);
    expect(slack.views('alice')).toHaveLength(1);
  });

  it('stays open when the app is late', async () => {
    const { app, slack, id, clock } = await opened();
    const before = app.requests.length;
    app.answers = 'never';
    const outcome = slack.submits('alice', id, { name: 'prod-1' });
    await app.received(before + 1);
    clock.advance(3000);
    expect(await outcome).toMatchObject({
      ok: false,
      error: expect.stringContaining('We had some trouble connecting'),
    });
    expect(slack.views('alice')).toHaveLength(1);
  });

  it('follows update, push and clear', async () => {
    const { app, slack, id } = await opened();
    app.answers = { body: { response_action: 'update', view: modal({ title: plain('Second') }) } };
    await slack.submits('alice', id, { name: 'prod-1' });
    expect(slack.views('alice').map((view) => view.title?.text)).toEqual(['Second']);
    app.answers = { body: { response_action: 'push', view: modal({ title: plain('Third') }) } };
    await slack.submits('alice', id, {});
    expect(slack.views('alice').map((view) => view.title?.text)).toEqual(['Second', 'Third']);
    app.answers = { body: { response_action: 'clear' } };
    await slack.submits('alice', slack.views('alice')[1]?.id ?? '', { name: 'x' });
    expect(slack.views('alice')).toEqual([]);
  });

  it('can only be made in the modal on top', async () => {
    const { app, slack, id } = await opened();
    app.answers = { body: { response_action: 'push', view: modal() } };
    await slack.submits('alice', id, { name: 'prod-1' });
    await expect(slack.submits('alice', id, { name: 'prod-1' })).rejects.toThrow('Another modal stands on top');
    await expect(slack.submits('bob', id, { name: 'prod-1' })).rejects.toThrow('not open');
  });
});

describe('closing', () => {
  it('tells the app only where the view asks for it', async () => {
    const { app, slack, id } = await opened();
    const before = app.requests.length;
    await slack.closes('alice', id);
    expect(app.requests).toHaveLength(before);
  });

  it('sends view_closed with notify_on_close, for each modal cleared away', async () => {
    const { app, slack, id } = await opened(modal({ notify_on_close: true }));
    app.answers = { body: { response_action: 'push', view: modal({ notify_on_close: true, clear_on_close: true }) } };
    await slack.submits('alice', id, { name: 'prod-1' });
    const before = app.requests.length;
    await slack.closes('alice', slack.views('alice')[1]?.id ?? '');
    const closed = app.requests.slice(before).map(payloadOf);
    expect(closed).toMatchObject([
      { type: 'view_closed', is_cleared: true },
      { type: 'view_closed', is_cleared: true },
    ]);
    expect(slack.views('alice')).toEqual([]);
  });
});

describe('Home', () => {
  it('is published for one person, with hash_conflict against races', async () => {
    const { client, slack } = await opened();
    const home: types.HomeView = { type: 'home', blocks: [section('yours')] };
    const { view } = await client.views.publish({ user_id: 'U0VERA', view: home });
    expect(slack.home('vera')?.id).toBe(view?.id);
    expect(slack.home('alice')).toBeUndefined();
    await client.views.publish({ user_id: 'U0VERA', hash: view?.hash ?? '', view: home });
    const stale = await refusal(client.views.publish({ user_id: 'U0VERA', hash: view?.hash ?? '', view: home }));
    expect(stale.error).toBe('hash_conflict');
    const nobody = await refusal(client.views.publish({ user_id: 'U0NOBODY', view: home }));
    expect(nobody.error).toBe('invalid_arguments');
  });
});
