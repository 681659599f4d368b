import type { RespondFn } from '@slack/bolt';
import { z } from 'zod';
import type { Actor } from '../../chatops/access.ts';
import type { AlertDesk } from '../../chatops/alerts/alert-desk.ts';
import { Refusal } from '../../chatops/errors.ts';
import type { Report } from '../../chatops/report.ts';
import { actionIds } from '../render.ts';
import { type ApprovalPress, pressApproval } from './approvals.ts';
import { askingFor } from './forms.ts';
import { FromPerson, senderOf } from './from-person.ts';
import { answerTo, placeOf, type Room, stepsOf } from './room.ts';

const Pressed = FromPerson.extend({
  trigger_id: z.string(),
  channel: z.object({ id: z.string(), name: z.string().optional() }).optional(),
  container: z.object({ message_ts: z.string().optional(), thread_ts: z.string().optional() }).optional(),
  actions: z.tuple(
    [
      z.object({
        action_id: z.string(),
        block_id: z.string(),
        action_ts: z.string(),
        value: z.string().optional(),
        url: z.string().optional(),
      }),
    ],
    z.unknown(),
  ),
});
type Pressed = z.infer<typeof Pressed>;

/** Two presses within this time are one: a finger that slipped, or two people at once. */
const sameMomentMs = 5000;

/** A press of a button, already acknowledged. What it may do is asked for anew, of the person who presses. */
export async function hearPress(room: Room, body: unknown, respond: RespondFn | undefined): Promise<void> {
  const pressed = Pressed.parse(body);
  const [action] = pressed.actions;
  // A button that opens a link has done its work in the client.
  if (action.url !== undefined) return;
  const user = pressed.user.id;
  const key = `press:${action.action_ts}:${user}:${action.block_id}:${action.action_id}`;
  const does = approvalPress(action.action_id);
  // The message of an approval stands in the channel too, and who presses there would not see an answer in its thread.
  const thread = does === undefined ? threadOf(pressed) : undefined;
  const listener = { user, channel: pressed.channel?.id, thread, respond };
  await room.hearing.handle({ kind: 'press', key, listener, about: aboutOf(action) }, async () => {
    const { team } = senderOf(pressed);
    if (does !== undefined)
      return pressApproval(room, {
        ...{ does, approval: action.value ?? '', user, team, trigger: pressed.trigger_id },
        channel: pressed.channel?.id,
      });
    return act(room, pressed, await room.people.actor({ user, team }), key);
  });
}

/** A root message carries its own ts as thread_ts once it has replies: whoever presses there looks at the channel. */
function threadOf({ container }: Pressed): string | undefined {
  return container?.thread_ts === container?.message_ts ? undefined : container?.thread_ts;
}

/** Buttons that begin a run because of what their message tells of. */
const beginning: readonly string[] = [actionIds.command, actionIds.retry];

/** Blocks are named for what their message tells of: 'alert:g-7k2m9xq4wd-1:actions'. */
function aboutOf({ action_id, block_id }: Pressed['actions'][0]): string | undefined {
  if (!beginning.includes(action_id.replace(/:\d+$/, ''))) return undefined;
  return /:([rag]-[a-z0-9]+(?:-\d+)?):/.exec(block_id)?.[1];
}

const approvalPresses: Readonly<Record<string, ApprovalPress>> = {
  [actionIds.approve]: 'approve',
  [actionIds.reject]: 'reject',
  [actionIds.withdraw]: 'withdraw',
};

function approvalPress(actionId: string): ApprovalPress | undefined {
  const id = actionId.replace(/:\d+$/, '');
  return Object.hasOwn(approvalPresses, id) ? approvalPresses[id] : undefined;
}

async function act(room: Room, pressed: Pressed, actor: Actor, key: string): Promise<Report | undefined> {
  const [{ action_id: id, value = '' }] = pressed.actions;
  const channel = placeOf(pressed.channel?.id, pressed.channel?.name);
  switch (id.replace(/:\d+$/, '')) {
    case actionIds.cancel:
      return room.reception.cancel(value, actor);
    case actionIds.logs:
      return room.reception.logs(value, actor);
    case actionIds.steps:
      return stepsOf(room, value, actor, { channel, requestId: `slack:${key}` });
    case actionIds.retry:
      // Whoever presses, and however often: one run is retried once.
      return answerTo(room, await room.reception.retry(value, actor, `slack:retry:${value}`, channel), channel);
    case actionIds.acknowledge:
      return alertsOf(room).acknowledge(value, actor, channel);
    case actionIds.silence:
      return alertsOf(room).silence(value, actor, channel);
    case actionIds.command:
      return askingFor(room, { sender: senderOf(pressed), channel, trigger: pressed.trigger_id }, () =>
        typeFor(room, pressed, actor, { words: value, channel, requestId: `slack:${key}` }),
      );
    default:
      throw new Refusal(
        'I do not know this button any more: the message is of another version of me.',
        'Type it instead.',
      );
  }
}

function alertsOf({ alerts }: Room): AlertDesk {
  if (!alerts) throw new Refusal('This Salvor hears of no alerts any more.', 'Look at Alertmanager.');
  return alerts;
}

/** A button that types a command. Later the same press may well be meant again; at the same moment it never is. */
async function typeFor(
  room: Room,
  pressed: Pressed,
  actor: Actor,
  spoken: { readonly words: string; readonly channel: string | undefined; readonly requestId: string },
): Promise<Report | undefined> {
  const [action] = pressed.actions;
  const moment = `moment:${pressed.channel?.id}:${pressed.container?.message_ts}:${action.block_id}:${action.action_id}`;
  if (!(await room.seen.first(moment, sameMomentMs))) {
    throw new Refusal('This was pressed a moment ago.', 'What comes of it shows here.');
  }
  try {
    return await answerTo(room, await room.reception.hear({ ...spoken, actor }), spoken.channel);
  } catch (error) {
    await room.seen.forget(moment).catch(() => undefined);
    throw error;
  }
}
