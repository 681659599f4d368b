import { describe, expect, it } from 'vitest';
import { manifest } from '../../src/slack/manifest.ts';

const commands = [
  { name: 'help', usage: 'help [topic]' },
  { name: 'snapshot', usage: 'snapshot <cluster> [--reason <text>] [--despite-alarm]' },
  { name: 'runs', usage: 'runs [run]' },
];

describe('the manifest', () => {
  it('has one slash command whose hint lists what can be typed', () => {
    const [command] = manifest({ commands, calledAs: '/salvor' }).features?.slash_commands ?? [];
    expect(command).toMatchObject({
      command: '/salvor',
      usage_hint: 'help | snapshot <cluster> | runs',
      should_escape: true,
    });
    expect(command?.url).toBeUndefined();
  });

  it('promises nothing that no command does', () => {
    const { display_information: app, features } = manifest({ commands, calledAs: '/salvor' });
    expect(app.description).toBe(
      'For the people who run Kubernetes control planes: etcd, upgrades, registries, alerts',
    );
    expect(features?.slash_commands?.[0]?.description).toBe('etcd backups and restores, leaders, upgrades, registries');
  });

  it('asks for the least scopes, for Socket Mode without an address', () => {
    const made = manifest({ commands, calledAs: '/salvor' });
    expect(made.oauth_config?.scopes?.bot).toMatchInlineSnapshot(`
      [
        "app_mentions:read",
        "channels:history",
        "chat:write",
        "commands",
        "files:read",
        "files:write",
        "groups:history",
        "usergroups:read",
        "users:read",
      ]
    `);
    expect(made.settings?.socket_mode_enabled).toBe(true);
    expect(made.settings?.event_subscriptions).toEqual({ bot_events: ['app_home_opened', 'app_mention'] });
  });

  it('has Slack deliver everything to one address in http mode', () => {
    const requestUrl = 'https://salvor.example.com/slack/events';
    const made = manifest({ commands, calledAs: '/salvor', requestUrl });
    expect(made.settings?.socket_mode_enabled).toBe(false);
    expect(made.settings?.event_subscriptions?.request_url).toBe(requestUrl);
    expect(made.settings?.interactivity).toEqual({ is_enabled: true, request_url: requestUrl });
    expect(made.features?.slash_commands?.[0]?.url).toBe(requestUrl);
  });

  it('keeps its hint within what Slack takes, however many commands there are', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ name: `c${index}`, usage: `c${index} <cluster>` }));
    const [command] = manifest({ commands: many, calledAs: '/salvor' }).features?.slash_commands ?? [];
    expect(command?.usage_hint?.length).toBeLessThanOrEqual(1000);
  });
});
