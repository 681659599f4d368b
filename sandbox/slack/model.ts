/**
 * The words of the local Slack: what it stores, and what the page and the transcript read.
 * Names of fields follow Slack's own JSON (snake_case) where the value is Slack's; ours are camelCase.
 */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: Json | undefined;
}

/** A Block Kit block as stored: `block_id` is always there, made by the local Slack when the app gave none. */
export interface Block extends JsonObject {
  readonly type: string;
  readonly block_id: string;
}

export interface Person {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly email: string;
  readonly teamId: string;
  /** BCP 47, as Slack gives it: `en-US`, `zh-CN`. */
  readonly locale: string;
  readonly timezone: string;
  readonly isBot?: boolean;
  /** A guest (`is_restricted`). */
  readonly isGuest?: boolean;
  readonly isDeleted?: boolean;
}

export type ChannelKind = 'public' | 'private' | 'im';

export interface Channel {
  readonly id: string;
  /** Without the `#`; for a direct message, the other person's name. */
  readonly name: string;
  readonly kind: ChannelKind;
  readonly topic: string;
  /** User ids, the bot's own among them when it is a member. */
  readonly members: readonly string[];
  readonly isArchived: boolean;
  /** Shared with another workspace (Slack Connect). */
  readonly isShared: boolean;
}

export interface Usergroup {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
  readonly members: readonly string[];
  readonly isDisabled?: boolean;
}

export interface StoredFile {
  readonly id: string;
  readonly name: string;
  readonly title: string;
  readonly mimetype: string;
  readonly sizeBytes: number;
  readonly altText: string;
  /** Who uploaded it. */
  readonly user: string;
  /** Where the page shows it, as a browser that is signed in: `http://127.0.0.1:PORT/files/<id>/<name>`. Apps have another address. */
  readonly url: string;
}

/** A file that a person attaches to a message. */
export interface Attached {
  readonly name: string;
  readonly bytes: Uint8Array;
}

export interface Reaction {
  readonly name: string;
  readonly users: readonly string[];
}

export interface Message {
  readonly ts: string;
  readonly channel: string;
  /** The root's ts; equal to `ts` on a root that has replies, absent on a root without. */
  readonly thread_ts?: string;
  /** The author's user id; the bot's messages carry the bot's user id. */
  readonly user: string;
  /** The bot's id, on messages the app posted. */
  readonly bot_id?: string;
  readonly subtype?: 'thread_broadcast';
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly attachments: readonly JsonObject[];
  readonly files: readonly StoredFile[];
  readonly reactions: readonly Reaction[];
  readonly edited?: { readonly user: string; readonly ts: string };
  /** The one person who sees this message; absent on ordinary ones. */
  readonly onlyYou?: string;
  readonly metadata?: JsonObject;
}

/** A modal or a Home tab as Slack hands it to apps: blocks with ids, `state.values` filled, a hash that changes on every update. */
export interface View {
  readonly id: string;
  readonly type: 'modal' | 'home';
  readonly title?: JsonObject;
  readonly submit?: JsonObject;
  readonly close?: JsonObject;
  readonly blocks: readonly Block[];
  readonly callback_id: string;
  readonly external_id: string;
  readonly private_metadata: string;
  readonly clear_on_close: boolean;
  readonly notify_on_close: boolean;
  readonly hash: string;
  readonly root_view_id: string;
  readonly previous_view_id: string | null;
  readonly state: { readonly values: StateValues };
  /** Whose screen it is on. */
  readonly user: string;
  /** Errors under inputs, by block_id: the app's answer to a submission, or a required input left empty. */
  readonly errors: { readonly [blockId: string]: string };
}

/** By block_id, then action_id: `{type: 'plain_text_input', value: 'x'}`, `{type: 'static_select', selected_option: {…}}`. */
export interface StateValues {
  readonly [blockId: string]: { readonly [actionId: string]: JsonObject };
}

/**
 * What a person filled in, by block_id; each either the value itself or `{[action_id]: value}`. A value is a string (text, a
 * date, an option's value or label, a user id), a list of strings (checkboxes, multi selects), null (left empty),
 * or the state shape itself (`{value}`, `{selected_option}`, `{selected_options}`, `{selected_date}` …).
 */
export interface SubmittedValues {
  readonly [blockId: string]: Json | undefined;
}

/** Something Slack itself told a person: a late app, a command that failed. */
export interface ErrorShown {
  readonly text: string;
  /** ISO 8601. */
  readonly at: string;
}

// --- What `GET /page/state?user=U` answers. `U` is a user id or a name. ---

export interface PagePerson {
  readonly id: string;
  readonly name: string;
  readonly realName: string;
  readonly isBot: boolean;
  readonly isGuest: boolean;
  /** Of another workspace. */
  readonly isStranger: boolean;
}

export interface PageMessage {
  readonly ts: string;
  readonly thread_ts?: string;
  /** The author's user id, always one of `people`. */
  readonly user: string;
  /** The bot's display name, on messages of the app. */
  readonly bot?: string;
  readonly subtype?: 'thread_broadcast';
  readonly text: string;
  readonly blocks: readonly Block[];
  readonly files: readonly StoredFile[];
  readonly reactions: readonly Reaction[];
  readonly edited?: boolean;
  /** True on messages only the asking person sees. */
  readonly onlyYou?: boolean;
  readonly reply_count?: number;
  /** What this person has chosen in the message's selects and inputs so far. */
  readonly state?: StateValues;
}

export interface PageChannel {
  readonly id: string;
  readonly name: string;
  readonly kind: ChannelKind;
  readonly isMember: boolean;
  readonly isArchived: boolean;
  readonly topic: string;
  /** Oldest first; roots and replies in one list (a reply has `thread_ts !== ts`). */
  readonly messages: readonly PageMessage[];
}

export interface PageCommand {
  readonly command: string;
  readonly description: string;
  readonly usage_hint: string;
}

export interface PageShortcut {
  readonly name: string;
  readonly callback_id: string;
}

export interface PageState {
  readonly me: PagePerson;
  readonly people: readonly PagePerson[];
  readonly usergroups: readonly { readonly id: string; readonly handle: string }[];
  readonly channels: readonly PageChannel[];
  /** The person's open modals, the one on top last. */
  readonly views: readonly View[];
  readonly home: View | null;
  readonly errors: readonly ErrorShown[];
  readonly commands: readonly PageCommand[];
  readonly shortcuts: readonly PageShortcut[];
  /** Every uploaded file, for `slack_file` images. */
  readonly files: readonly StoredFile[];
  readonly seq: number;
}

/** What every `POST /page/…` answers. */
export type PageAnswer = { readonly ok: true } | { readonly ok: false; readonly error: string };
/** Body of `POST /page/command` and `/page/message`; a name is good wherever an id is. */
export interface PageTyped {
  readonly user: string;
  readonly channel: string;
  readonly thread_ts?: string;
  readonly text: string;
  /** Of a message. */
  readonly files?: readonly { readonly name: string; readonly base64: string }[];
}

/**
 * Body of `POST /page/action`, sent after the page has shown the element's confirm dialog and the person agreed.
 * `selected_option(s)` are option objects or their values; `values` may carry what is filled in elsewhere in the modal.
 */
export interface PageAction {
  readonly user: string;
  readonly channel?: string;
  readonly ts?: string;
  readonly view_id?: string;
  readonly block_id: string;
  readonly action_id: string;
  readonly value?: Json;
  readonly selected_option?: Json;
  readonly selected_options?: readonly Json[];
  readonly values?: SubmittedValues;
}

export interface PageSubmit {
  readonly user: string;
  readonly view_id: string;
  readonly values: SubmittedValues;
}
