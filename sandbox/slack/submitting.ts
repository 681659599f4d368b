import { fillIn, inputErrors } from './element-values.ts';
import { interactiveElements } from './elements.ts';
import type { Ack } from './envelope.ts';
import { ApiError, CannotDo } from './failures.ts';
import { asRecord, asText, isRecord } from './json.ts';
import type { JsonObject, Person, SubmittedValues, View } from './model.ts';
import { viewClosedPayload, viewSubmissionPayload } from './payloads.ts';
import type { Outcome, Slack } from './slack.ts';
import { showError } from './state.ts';
import { clearViews, closeView, findView, pushView, replaceView, stackOf, updateView } from './views.ts';

const trouble = 'We had some trouble connecting. Try again?';

/** The modal on top of the person's screen. Throws CannotDo when `viewId` is not it. */
export function topModal(slack: Slack, person: Person, viewId: string): View {
  const stack = stackOf(slack.state, person.id);
  const view = stack.find((each) => each.id === viewId);
  if (!view) throw new CannotDo('That modal is not open.');
  if (view !== stack.at(-1)) throw new CannotDo('Another modal stands on top of that one.');
  return view;
}

/** The submit button. Slack checks the inputs first; then the app has three seconds to say what happens to the modal. */
export async function submit(slack: Slack, person: Person, viewId: string, values: SubmittedValues): Promise<Outcome> {
  const view = topModal(slack, person, viewId);
  if (!view.submit) throw new CannotDo('That modal has no submit button.');
  const filled = fillIn(view.blocks, view.state.values, values);
  const errors = inputErrors(view.blocks, filled);
  const submitted = { ...view, state: { values: filled }, errors };
  replaceView(slack.state, submitted);
  if (Object.keys(errors).length > 0) return refused(errors);
  const ack = await slack.deliveries.send('interactive', viewSubmissionPayload(slack, person, submitted), true);
  return follow(slack, person, submitted, ack);
}

function refused(errors: Readonly<Record<string, string>>): Outcome {
  return { ok: false, error: Object.values(errors).join(' '), errors };
}

function follow(slack: Slack, person: Person, view: View, ack: Ack): Outcome {
  if (ack.state === 'failed') return inTrouble(slack, person, ack.status ? `HTTP ${ack.status}` : ack.reason);
  const { body } = ack;
  const isEmpty =
    body === undefined || body === null || body === '' || (isRecord(body) && Object.keys(body).length === 0);
  if (isEmpty) {
    closeView(slack.state, view);
    return { ok: true };
  }
  if (!isRecord(body)) return inTrouble(slack, person, 'the answer is no JSON object');
  try {
    return respond(slack, person, view, body);
  } catch (error) {
    if (!(error instanceof ApiError)) throw error;
    return inTrouble(slack, person, JSON.stringify({ error: error.code, ...error.extra }));
  }
}

function respond(slack: Slack, person: Person, view: View, body: JsonObject): Outcome {
  const { state } = slack;
  switch (body.response_action) {
    case 'errors':
      return showInputErrors(slack, person, view, asRecord(body.errors));
    case 'clear':
      clearViews(state, person.id);
      return { ok: true };
    case 'update':
      // The app may have changed the modal by views.update meanwhile; its id is what counts.
      updateView(state, findView(state, (each) => each.id === view.id) ?? view, body.view);
      return { ok: true };
    case 'push':
      pushView(state, person.id, body.view);
      return { ok: true };
    default:
      return inTrouble(slack, person, `unknown response_action ${String(body.response_action)}`);
  }
}

/** Errors stand under their inputs; one for a block that is no input of this modal is refused. */
function showInputErrors(slack: Slack, person: Person, view: View, given: JsonObject): Outcome {
  const inputs = interactiveElements(view.blocks).filter((each) => each.block.type === 'input');
  const errors = Object.fromEntries(Object.entries(given).map(([blockId, text]) => [blockId, asText(text)]));
  const strays = Object.keys(errors).filter((blockId) => !inputs.some((each) => each.block.block_id === blockId));
  if (strays.length > 0 || Object.keys(errors).length === 0) {
    return inTrouble(slack, person, `errors for no input block: ${strays.join(', ') || 'none given'}`);
  }
  replaceView(slack.state, { ...view, errors });
  return refused(errors);
}

function inTrouble(slack: Slack, person: Person, why: string): Outcome {
  const error = `${trouble} (${why})`;
  showError(slack.state, person.id, error);
  return { ok: false, error };
}

/** The close button, or Escape. The app hears of it only where the view says `notify_on_close`. */
export async function close(slack: Slack, person: Person, viewId: string): Promise<Outcome> {
  const view = topModal(slack, person, viewId);
  const closed = view.clear_on_close ? stackOf(slack.state, person.id) : [view];
  if (view.clear_on_close) clearViews(slack.state, person.id);
  else closeView(slack.state, view);
  const told = closed.filter((each) => each.notify_on_close);
  const payloads = told.map((each) => viewClosedPayload(slack, person, each, view.clear_on_close));
  await Promise.all(payloads.map((payload) => slack.deliveries.send('interactive', payload, false)));
  return { ok: true };
}
