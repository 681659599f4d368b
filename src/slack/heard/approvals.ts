import type { AckFn, ViewResponseAction } from '@slack/bolt';
import { Refusal } from '../../chatops/errors.ts';
import type { Report } from '../../chatops/report.ts';
import {
  approveDialog,
  asPlain,
  dialogIds,
  inputAction,
  reasonBlock,
  rejectDialog,
  Shown,
  typedBlock,
} from '../render.ts';
import { Submitted, senderOf } from './from-person.ts';
import type { Room } from './room.ts';

/** What a button of an approval does; it carries the approval's id and nothing else. */
export type ApprovalPress = 'approve' | 'reject' | 'withdraw';

interface Pressed {
  readonly does: ApprovalPress;
  readonly approval: string;
  readonly user: string;
  readonly team: string | undefined;
  readonly trigger: string;
  readonly channel: string | undefined;
}

/** Opens the dialog at once: Slack gives three seconds for it. Rights are asked for when it is sent off. */
export async function pressApproval(room: Room, pressed: Pressed): Promise<Report | undefined> {
  const actor = await room.people.actor({ user: pressed.user, team: pressed.team });
  if (pressed.does === 'withdraw') return room.approvals.withdraw(pressed.approval, actor);
  const approval = await room.approvals.find(pressed.approval);
  if (approval?.state !== 'pending') {
    throw new Refusal('This is decided already.', 'Its message says how; what it waits for, it says too.');
  }
  const { channel } = pressed;
  const shown: Shown = {
    approval: approval.id,
    digest: approval.digest,
    ...(channel === undefined ? {} : { channel }),
  };
  const language = await room.voices.toPerson(pressed.user);
  const dialog = pressed.does === 'approve' ? approveDialog : rejectDialog;
  const view = dialog(approval, shown, language);
  await room.openView(pressed.trigger, view);
  return undefined;
}

/** A dialog that was sent off. A name that is not the target's is said in the dialog; all else comes to the person alone. */
export async function hearSubmission(room: Room, body: unknown, ack: AckFn<ViewResponseAction>): Promise<void> {
  const submitted = Submitted.parse(body);
  const { user, view } = submitted;
  const shown = Shown.parse(JSON.parse(view.private_metadata));
  const typed = view.state.values[typedBlock]?.[inputAction]?.value?.trim() ?? '';
  const approval = await room.approvals.find(shown.approval).catch(() => undefined);
  if (view.callback_id === dialogIds.approve && approval && typed !== approval.plan.target) {
    const language = await room.voices.toPerson(user.id);
    const wanted = language.text(['Type ', { quote: approval.plan.target }, ', exactly so.']);
    const errors = { [typedBlock]: asPlain(wanted) };
    return ack({ response_action: 'errors', errors });
  }
  await ack();
  const reason = view.state.values[reasonBlock]?.[inputAction]?.value?.trim();
  const key = `view:${view.id}:${view.hash}`;
  const listener = { user: user.id, channel: shown.channel };
  await room.hearing.handle({ kind: 'submission', key, listener }, async () => {
    const actor = await room.people.actor(senderOf(submitted));
    if (view.callback_id === dialogIds.reject)
      return room.approvals.vote(shown.approval, actor, { kind: 'reject', ...(reason ? { reason } : {}) });
    return room.approvals.vote(shown.approval, actor, { kind: 'approve', typed, digest: shown.digest });
  });
}
