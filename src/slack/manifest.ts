import type { AppsManifestValidateArguments } from '@slack/web-api';
import type { AnyCommand } from '../chatops/command.ts';
import { askShortcut, logsShortcut } from './heard/shortcuts.ts';
import { clip } from './limits.ts';

type Manifest = AppsManifestValidateArguments['manifest'];
type BotScope = NonNullable<NonNullable<NonNullable<Manifest['oauth_config']>['scopes']>['bot']>[number];

export interface ManifestFacts {
  readonly commands: readonly Pick<AnyCommand, 'name' | 'usage'>[];
  /** '/salvor' */
  readonly calledAs: string;
  /** Where Slack is to deliver to, ending in /slack/events; without it, Socket Mode. */
  readonly requestUrl?: string | undefined;
}

/** The least that does the work; each with why. */
const scopes: readonly BotScope[] = [
  'app_mentions:read', // @salvor in threads, where slash commands do not work, and with files, which they do not carry
  'channels:history', // find our own root message again after a crash, and the run of a thread
  'chat:write', // cards, and answers in their threads
  'commands', // the slash command and the message shortcut
  'files:read', // what is attached to a message that mentions the bot
  'files:write', // logs and tables beside their summary
  'groups:history', // as channels:history, in private channels
  'usergroups:read', // who operates and who approves
  'users:read', // no guests, no bots, nobody deactivated
];

/** The Slack app manifest, to be pasted at api.slack.com/apps. Source: docs.slack.dev/reference/app-manifest. */
export function manifest({ commands, calledAs, requestUrl }: ManifestFacts): Manifest {
  const name = calledAs.replace(/^\//, '');
  const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const url = requestUrl === undefined ? {} : { url: requestUrl };
  const delivery = requestUrl === undefined ? {} : { request_url: requestUrl };
  return {
    display_information: {
      name: title,
      description: 'For the people who run Kubernetes control planes: etcd, upgrades, registries, alerts',
      background_color: '#1d3a4a',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: true },
      bot_user: { display_name: name, always_online: true },
      slash_commands: [
        {
          command: calledAs,
          description: 'etcd backups and restores, leaders, upgrades, registries',
          usage_hint: usageHint(commands),
          should_escape: true,
          ...url,
        },
      ],
      shortcuts: [
        {
          name: `Ask ${title}`,
          type: 'message',
          callback_id: askShortcut,
          description: 'What can be done about what this message tells of',
        },
        {
          name: `${title}: logs of this run`,
          type: 'message',
          callback_id: logsShortcut,
          description: 'The log of the run in whose thread this message is',
        },
      ],
    },
    oauth_config: { scopes: { bot: [...scopes] } },
    settings: {
      event_subscriptions: { ...delivery, bot_events: ['app_home_opened', 'app_mention'] },
      interactivity: { is_enabled: true, ...delivery },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === undefined,
      token_rotation_enabled: false,
    },
  };
}

/** 'snapshot <cluster> | runs | …': help is what people need most, so it comes first. */
function usageHint(commands: ManifestFacts['commands']): string {
  const others = commands.filter((command) => command.name !== 'help').map((command) => firstPart(command.usage));
  return clip(['help', ...others].join(' | '), 1000);
}

const firstPart = (usage: string): string => usage.split(/\s+[[]/)[0] ?? usage;
