import { describe, expect, it } from 'vitest';
import type { AlertThread } from '../../src/chatops/alerts/alert-thread.ts';
import { languagesBeside } from '../../src/languages/all.ts';
import { renderAlert } from '../../src/slack/render.ts';
import { createVoices } from '../../src/slack/voices.ts';
import { house } from './house.ts';

// Of the local Slack's people Carol has the locale zh-CN, the others have en-US.

const channel = 'C0PROD1';
const now = new Date('2026-11-28T08:00:00Z');
const chinese = /\p{Script=Han}/u;

describe('to one person alone', () => {
  it('Salvor speaks their own language', async () => {
    const { slack, types, whispers } = await house();
    await types('carol', channel, '/salvor snapshto prod-1');
    await types('alice', channel, '/salvor snapshto prod-1');
    const [toCarol, toAlice] = await slack.waitFor(() => {
      const [one, other] = [whispers('carol', channel)[0], whispers('alice', channel)[0]];
      return one && other && [one.text, other.text];
    });
    expect(toCarol).toMatch(/^没有命令「snapshto」。\n下一步: 你是否想输入：/);
    expect(toAlice).toContain('Next: Did you mean');
    expect(toAlice).not.toMatch(chinese);
  });

  it('their Home and forms are so too', async () => {
    const { slack, types } = await house();
    await slack.opensHome('carol');
    const home = JSON.stringify((await slack.waitFor(() => slack.home('carol'))).blocks);
    for (const said of ['没有等待你处理的事项', '你的集群']) expect(home).toContain(said);
    expect(home).not.toContain('Your clusters');
    const alice = slack.state.people.get('U0ALICE');
    if (alice) slack.state.people.set(alice.id, { ...alice, locale: 'zh-CN' });
    await types('alice', channel, '/salvor raise prod-1');
    const form = JSON.stringify(await slack.waitFor(() => slack.views('alice')[0]));
    for (const said of ['集群: prod-1', '检查升级', '返回']) expect(form).toContain(said);
  });

  it('it is the usual one where nobody can say theirs, or nobody has translated it', async () => {
    const voices = createVoices(
      { language: 'zh-CN', channels: {}, names: [] },
      {
        async locale(user) {
          if (user === 'U0AWAY') throw new Error('Slack is down');
          return { U0FR: 'fr-FR', U0GB: 'en-GB', U0TW: 'zh-TW' }[user];
        },
      },
    );
    const spoken = await Promise.all(
      ['U0AWAY', 'U0FR', 'U0NOBODY', 'U0GB', 'U0TW'].map((user) => voices.toPerson(user)),
    );
    expect(spoken.map(({ code }) => code)).toEqual(['zh-CN', 'zh-CN', 'zh-CN', 'en', 'zh-CN']);
  });
});

describe('what is not ours', () => {
  it('is called by its own name where that is a word of ours', async () => {
    const { toPerson } = createVoices(
      { language: 'zh-CN', channels: {}, names: ['canary'] },
      { locale: async () => 'zh-CN' },
    );
    const { say } = await toPerson('U0CAROL');
    expect(say('canary')).toBe('canary');
    expect(say('Type canary to agree to exactly this')).toBe('输入 canary，表示同意且仅同意上述内容');
    expect(say('daily')).not.toBe('daily');
  });

  it('is said as others wrote it, whatever it says', () => {
    const summary = 'no leader; the restore of prod-1 is done';
    const thread: AlertThread = {
      ...{ id: 'g-1', version: 1, groupKey: 'g', target: 'prod-1', state: 'firing', truncated: 0, untold: 0 },
      ...{ notifications: 1, labels: {}, startedAt: now, toldAt: now, decisions: [], thread: { channel } },
      alerts: [{ name: 'etcdNoLeader', fingerprint: 'a1', startsAt: now, severity: 'warning', summary }],
    };
    const card = JSON.stringify(renderAlert(thread, [], '/salvor', now, languagesBeside([])['zh-CN']).blocks);
    expect(card).toContain(summary);
    expect(card).toContain('触发中');
  });
});

describe('in a channel', () => {
  it('Salvor speaks the channel’s language, whoever asked', async () => {
    const { slack, types, cards } = await house({ languages: { channels: { [channel]: 'zh-CN' } } });
    await types('alice', channel, '/salvor snapshot prod-1 --reason "before the upgrade"');
    await types('vera', 'C0OPS', '/salvor read prod-2');
    const [here, there] = await slack.waitFor(() => {
      const [one, other] = [cards(channel)[0], cards('C0OPS')[0]];
      return one && other && [one, other];
    });
    expect(here?.text).toContain('等待中：prod-1 的');
    // What somebody wrote stays as they wrote it.
    expect(JSON.stringify(here?.blocks)).toContain('before the upgrade');
    expect(JSON.stringify(there?.blocks)).not.toMatch(chinese);
  });
});
