import type { AckFn, ViewResponseAction } from '@slack/bolt';
import { Refusal } from '../../chatops/errors.ts';
import { wordsOfForm } from '../../chatops/form.ts';
import { Incomplete } from '../../chatops/interpret.ts';
import type { Report } from '../../chatops/report.ts';
import type { Sender } from '../people.ts';
import { Asked, formAction, formDialog } from '../render.ts';
import { Submitted, senderOf } from './from-person.ts';
import { placeOf, type Room, say } from './room.ts';

export interface Asking {
  readonly sender: Sender;
  readonly channel: string | undefined;
  /** Of the press or the command: good for three seconds. */
  readonly trigger: string;
}

/** Does `work`; where something was left away, its person is asked for it in a dialog. Who cannot be asked in time is refused, which says the same. */
export async function askingFor(
  room: Room,
  { sender, channel, trigger }: Asking,
  work: () => Promise<Report | undefined>,
): Promise<Report | undefined> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Incomplete)) throw error;
    const form = await room.reception.form(error, await room.people.actor(sender), channel);
    const view = formDialog(form, channel, await room.voices.toPerson(sender.user));
    if (!view) throw error;
    await room.openView(trigger, view).catch(() => {
      throw error;
    });
    return undefined;
  }
}

/** A form that was sent off: what was answered is said as if it had been typed. What cannot be understood is said in the form. */
export async function hearForm(room: Room, body: unknown, ack: AckFn<ViewResponseAction>): Promise<void> {
  const submitted = Submitted.parse(body);
  const { user, view } = submitted;
  const { command, given, channel } = Asked.parse(JSON.parse(view.private_metadata));
  const answers = Object.entries(view.state.values).map(([name, block]) => {
    const answer = block[formAction];
    return [name, (answer?.selected_option?.value ?? answer?.value ?? '').trim()] as const;
  });
  const [first = ''] = answers.map(([name]) => name);
  let words: string;
  try {
    const named = room.reception.commandNamed(command);
    words = wordsOfForm(named, { ...given, ...Object.fromEntries(answers) });
    room.reception.mustUnderstand(words, placeOf(channel));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const { say } = await room.voices.toPerson(user.id);
    return ack({ response_action: 'errors', errors: { [first]: say(error.message).slice(0, 500) } });
  }
  await ack();
  const key = `view:${view.id}:${view.hash}`;
  const listener = { user: user.id, channel };
  await room.hearing.handle({ kind: 'submission', key, listener }, () =>
    say(room, senderOf(submitted), { words, channel: placeOf(channel), requestId: `slack:${key}` }),
  );
}
