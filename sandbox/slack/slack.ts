import type { Deliveries } from './deliveries.ts';
import type { Faults } from './faults.ts';
import type { Limits } from './limits.ts';
import type { PageCommand, PageShortcut } from './model.ts';
import type { ResponseUrls } from './response-urls.ts';
import type { State } from './state.ts';
import type { Triggers } from './triggers.ts';
import type { Uploads } from './uploads.ts';

export interface SlashCommand extends PageCommand {
  /** The manifest's `should_escape`: names of people and channels arrive as `<@U…|name>`. */
  readonly shouldEscape?: boolean;
}

export type EventName =
  | 'app_mention'
  | 'app_home_opened'
  | 'member_joined_channel'
  | 'message.channels'
  | 'message.groups'
  | 'message.im';

/** What the app's manifest says: its commands, message shortcuts and subscriptions. */
export interface Manifest {
  readonly commands: readonly SlashCommand[];
  readonly shortcuts: readonly PageShortcut[];
  readonly events: readonly EventName[];
}

/** The running local Slack, as its parts see it. */
export interface Slack {
  readonly state: State;
  readonly manifest: Manifest;
  readonly triggers: Triggers;
  readonly responseUrls: ResponseUrls;
  readonly uploads: Uploads;
  readonly deliveries: Deliveries;
  readonly limits: Limits;
  readonly faults: Faults;
  /** `http://127.0.0.1:PORT`. */
  baseUrl(): string;
  /** The address `apps.connections.open` answers. Throws ApiError when the app does not use Socket Mode. */
  socketUrl(): string;
}

/** What came of something a person did: what Slack's window shows. */
export type Outcome =
  | { readonly ok: true; readonly ts?: string }
  | { readonly ok: false; readonly error: string; readonly errors?: Readonly<Record<string, string>> };
