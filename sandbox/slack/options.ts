import { randomBytes } from 'node:crypto';
import type { Clock } from './clock.ts';
import type { PageShortcut } from './model.ts';
import type { EventName, Manifest, SlashCommand } from './slack.ts';
import type { App } from './state.ts';
import type { Workspace } from './workspace.ts';

export type Delivery =
  | { readonly mode: 'socket' }
  | { readonly mode: 'http'; readonly url: string; readonly signingSecret?: string };

export interface LocalSlackOptions {
  /** 0, a free one, unless told. Always on 127.0.0.1. */
  readonly port?: number;
  readonly clock?: Clock;
  /** Replaces parts of the default workspace. */
  readonly workspace?: Partial<Workspace>;
  readonly delivery: Delivery;
  readonly botToken?: string;
  readonly appToken?: string;
  readonly signingSecret?: string;
  /** The bot's scopes; by default all that Salvor's manifest asks for and a few more. */
  readonly scopes?: readonly string[];
  readonly commands?: readonly SlashCommand[];
  readonly shortcuts?: readonly PageShortcut[];
  /** What the app subscribed to. */
  readonly events?: readonly EventName[];
  /** Slack's rate limits, off unless told: with them on, clients wait as they would on Slack. */
  readonly rateLimits?: boolean;
}

export const defaultScopes: readonly string[] = [
  'app_mentions:read',
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'reactions:read',
  'reactions:write',
  'team:read',
  'usergroups:read',
  'users:read',
  'users:read.email',
];

export function manifestOf(options: LocalSlackOptions): Manifest {
  return {
    commands: options.commands ?? [
      { command: '/salvor', description: 'etcd backups and their proof', usage_hint: 'help' },
    ],
    shortcuts: options.shortcuts ?? [],
    events: options.events ?? ['app_mention', 'app_home_opened', 'message.im'],
  };
}

/** The app and its secrets, new ones for every start unless given. */
export function appOf(options: LocalSlackOptions): Omit<App, 'botUserId'> {
  const secret = () => randomBytes(16).toString('hex');
  const inDelivery = options.delivery.mode === 'http' ? options.delivery.signingSecret : undefined;
  return {
    id: 'A0SALVOR',
    name: 'Salvor',
    botId: 'B0SALVOR',
    botToken: options.botToken ?? `xoxb-local-${secret()}`,
    appToken: options.appToken ?? `xapp-1-A0SALVOR-${secret()}`,
    signingSecret: options.signingSecret ?? inDelivery ?? secret(),
    verificationToken: secret(),
    scopes: options.scopes ?? defaultScopes,
  };
}
