import { ApiError, refusedWith } from '../failures.ts';
import type { JsonObject, View } from '../model.ts';
import { findView, openView, publishHome, pushView, stackOf, updateView, viewJson } from '../views.ts';
import type { Call, Methods } from './method.ts';

export const viewsMethods = {
  'views.open': { tier: 4, scopes: [], run: open },
  'views.push': { tier: 4, scopes: [], run: push },
  'views.update': { tier: 4, scopes: [], run: update },
  'views.publish': { tier: 4, scopes: [], run: publish },
} as const satisfies Methods;

function answered(call: Call, view: View): JsonObject {
  return { view: viewJson(call.state, view) };
}

function open(call: Call): JsonObject {
  const { user } = call.slack.triggers.exchange(call.args.required('trigger_id'));
  return answered(call, openView(call.state, user, call.args.json('view', 'invalid_arguments')));
}

/** Needs a trigger from within the modal that is open. */
function push(call: Call): JsonObject {
  const { user, viewId } = call.slack.triggers.exchange(call.args.required('trigger_id'));
  if (!stackOf(call.state, user).some((view) => view.id === viewId)) throw new ApiError('not_found');
  return answered(call, pushView(call.state, user, call.args.json('view', 'invalid_arguments')));
}

function update(call: Call): JsonObject {
  const { args, state } = call;
  const [viewId, externalId] = [args.text('view_id'), args.text('external_id')];
  if (!viewId && !externalId) throw refusedWith('invalid_arguments', ['missing required field: view_id']);
  const view = findView(state, (each) => (viewId ? each.id === viewId : each.external_id === externalId));
  if (!view) throw new ApiError('not_found');
  return answered(call, updateView(state, view, args.json('view', 'invalid_arguments'), args.text('hash')));
}

function publish(call: Call): JsonObject {
  const { args, state } = call;
  const person = state.people.get(args.required('user_id'));
  if (!person || person.isBot) throw refusedWith('invalid_arguments', ['user not found [json-pointer:/user_id]']);
  return answered(call, publishHome(state, person.id, args.json('view', 'invalid_arguments'), args.text('hash')));
}
