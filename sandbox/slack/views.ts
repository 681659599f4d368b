import { stateValues } from './element-values.ts';
import { withIds } from './elements.ts';
import { ApiError, refusedWith } from './failures.ts';
import { asRecord, asRecords, asText, isRecord } from './json.ts';
import type { Json, JsonObject, View } from './model.ts';
import type { State } from './state.ts';
import { checkView } from './stored-blocks.ts';

const highestStack = 3;

export function stackOf(state: State, user: string): readonly View[] {
  return state.stacks.get(user) ?? [];
}

export function findView(state: State, matches: (view: View) => boolean): View | undefined {
  return [...[...state.stacks.values()].flat(), ...state.homes.values()].find(matches);
}

/** Opens a modal on the person's screen, in place of whatever stood there. Throws ApiError. */
export function openView(state: State, user: string, definition: Json | undefined): View {
  const view = newView(state, user, definition, 'modal', undefined);
  state.stacks.set(user, [view]);
  state.changed();
  return view;
}

/** Puts a modal on top of the one open. Throws ApiError `push_limit_reached` over three. */
export function pushView(state: State, user: string, definition: Json | undefined): View {
  const stack = stackOf(state, user);
  const below = stack.at(-1);
  if (!below) throw new ApiError('not_found');
  if (stack.length >= highestStack) throw new ApiError('push_limit_reached');
  const view = newView(state, user, definition, 'modal', below);
  state.stacks.set(user, [...stack, view]);
  state.changed();
  return view;
}

/** Changes an open view; what the person filled in stays where block_id and action_id stay. Throws ApiError. */
export function updateView(state: State, view: View, definition: Json | undefined, hash?: string): View {
  if (hash && hash !== view.hash) throw new ApiError('hash_conflict');
  const made = newView(state, view.user, definition, view.type, undefined, view);
  const next = { ...made, id: view.id, root_view_id: view.root_view_id, previous_view_id: view.previous_view_id };
  replaceView(state, next);
  return next;
}

export function publishHome(state: State, user: string, definition: Json | undefined, hash?: string): View {
  const before = state.homes.get(user);
  if (hash && hash !== before?.hash) throw new ApiError('hash_conflict');
  if (before) return updateView(state, before, definition);
  const view = newView(state, user, definition, 'home', undefined);
  state.homes.set(user, view);
  state.changed();
  return view;
}

/** Puts `view` in the place of the one with its id, on whichever screen that is. */
export function replaceView(state: State, view: View): void {
  if (view.type === 'home') state.homes.set(view.user, view);
  else {
    const stack = stackOf(state, view.user);
    state.stacks.set(
      view.user,
      stack.map((each) => (each.id === view.id ? view : each)),
    );
  }
  state.changed();
}

/** Takes a modal, and all that stands on it, off the screen. */
export function closeView(state: State, view: View): void {
  const stack = stackOf(state, view.user);
  const at = stack.findIndex((each) => each.id === view.id);
  if (at < 0) return;
  state.stacks.set(view.user, stack.slice(0, at));
  state.changed();
}

export function clearViews(state: State, user: string): void {
  state.stacks.set(user, []);
  state.changed();
}

function newView(
  state: State,
  user: string,
  given: Json | undefined,
  type: View['type'],
  below: View | undefined,
  before?: View,
): View {
  checkView(given);
  const definition = asRecord(given);
  if (definition.type !== type) {
    throw refusedWith('invalid_arguments', ['must be a valid enum value [json-pointer:/view/type]']);
  }
  checkExternalId(state, asText(definition.external_id), before?.id);
  const id = state.nextId('V');
  const blocks = withIds(state, asRecords(definition.blocks));
  return {
    id,
    type,
    ...titles(definition),
    blocks,
    callback_id: asText(definition.callback_id),
    external_id: asText(definition.external_id),
    private_metadata: asText(definition.private_metadata),
    clear_on_close: definition.clear_on_close === true,
    notify_on_close: definition.notify_on_close === true,
    hash: `${Math.floor(state.clock.now().getTime() / 1000)}.${state.nextId('').toLowerCase()}`,
    root_view_id: below?.root_view_id ?? id,
    previous_view_id: below?.id ?? null,
    state: { values: stateValues(blocks, before?.state.values) },
    user,
    errors: {},
  };
}

function titles(definition: JsonObject): Pick<View, 'title' | 'submit' | 'close'> {
  const { title, submit, close } = definition;
  return {
    ...(isRecord(title) ? { title } : {}),
    ...(isRecord(submit) ? { submit } : {}),
    ...(isRecord(close) ? { close } : {}),
  };
}

function checkExternalId(state: State, externalId: string, ownId: string | undefined): void {
  const other = externalId && findView(state, (view) => view.external_id === externalId && view.id !== ownId);
  if (other) throw new ApiError('duplicate_external_id');
}

/** A view the way Slack's API and payloads write it. */
export function viewJson(state: State, view: View): JsonObject {
  const { user: _user, errors: _errors, title, submit, close, ...rest } = view;
  return {
    ...rest,
    title: title ?? { type: 'plain_text', text: 'View Title', emoji: true },
    submit: submit ?? null,
    close: close ?? null,
    state: { values: view.state.values },
    team_id: state.team.id,
    app_id: state.app.id,
    app_installed_team_id: state.team.id,
    bot_id: state.app.botId,
  };
}
