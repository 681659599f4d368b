import type { ModalView } from '@slack/web-api';
import type { Actor } from '../../chatops/access.ts';
import type { AlertDesk } from '../../chatops/alerts/alert-desk.ts';
import type { VotingDesk } from '../../chatops/approval-desk.ts';
import { Refusal } from '../../chatops/errors.ts';
import type { Reception, Response, Spoken } from '../../chatops/reception.ts';
import type { Report } from '../../chatops/report.ts';
import type { Runs } from '../../ports/runs.ts';
import type { Seen } from '../../ports/seen.ts';
import type { SharedFiles } from '../attached-files.ts';
import type { Hearing } from '../hearing.ts';
import type { Identity } from '../identity.ts';
import type { People, Sender } from '../people.ts';
import type { Traces } from '../traces.ts';
import type { Voices } from '../voices.ts';
import type { ThreadWord } from './thread-words.ts';

/** What everything that is heard has at hand. */
export interface Room {
  readonly hearing: Hearing;
  readonly reception: Reception;
  readonly approvals: VotingDesk;
  /** Absent where no alerts come. */
  readonly alerts?: AlertDesk | undefined;
  readonly people: People;
  readonly voices: Voices;
  readonly runs: Runs;
  readonly seen: Seen;
  readonly traces: Traces;
  readonly files: SharedFiles;
  readonly identity: () => Identity;
  /** What can be done about a message of another app. Throws Refusal. */
  offers(text: string, actor: Actor, channel: string | undefined): Report;
  linkTo(runId: string): Promise<string | undefined>;
  /** Opens a dialog before the person's eyes, within the three seconds that a press is good for. */
  openView(trigger: string, view: ModalView): Promise<void>;
}

/** A channel, or undefined for a direct message: what is said there is seen by nobody else, so nothing is done for it. */
export function placeOf(channelId: string | undefined, channelName?: string): string | undefined {
  if (channelId === undefined || channelId.startsWith('D')) return undefined;
  return channelName === 'directmessage' || channelName?.startsWith('mpdm-') ? undefined : channelId;
}

/** Says words at the reception; answers with what the person alone is to read. A run that started speaks for itself. */
export async function say(room: Room, sender: Sender, spoken: Omit<Spoken, 'actor'>): Promise<Report | undefined> {
  const actor = await room.people.actor(sender);
  return answerTo(room, await room.reception.hear({ ...spoken, actor }), spoken.channel);
}

export async function answerTo(
  room: Room,
  response: Response,
  channel: string | undefined,
): Promise<Report | undefined> {
  if (response.kind === 'private') return response.report;
  const { run } = response;
  const thread = (await room.runs.find(run.id))?.thread ?? run.thread;
  if (thread?.ts === undefined) {
    return { tone: 'neutral', title: `Run ${run.id} is queued. Its message follows as soon as Slack takes it.` };
  }
  if (thread.channel === channel) return undefined;
  const link = await room.linkTo(run.id);
  return {
    tone: 'neutral',
    title: `Run ${run.id} is queued.`,
    text: ['It speaks in ', { channel: thread.channel }, ...(link ? [': ', { link, label: 'its message' }] : []), '.'],
  };
}

export async function aboutThread(
  room: Room,
  word: ThreadWord,
  actor: Actor,
  where: { readonly channel: string; readonly thread: string; readonly requestId: string },
): Promise<Report | undefined> {
  const runId = await room.traces.runOf(where.channel, where.thread);
  if (runId === undefined) {
    throw new Refusal('This thread is not one of my runs.', `Say ${word} in the thread of a run.`);
  }
  if (word === 'logs') return room.reception.logs(runId, actor);
  if (word === 'cancel') return room.reception.cancel(runId, actor);
  return stepsOf(room, runId, actor, where);
}

/** A run with its steps, as it stands now. */
export async function stepsOf(
  room: Room,
  runId: string,
  actor: Actor,
  { channel, requestId }: { readonly channel: string | undefined; readonly requestId: string },
): Promise<Report | undefined> {
  return answerTo(room, await room.reception.hear({ words: `runs ${runId}`, actor, channel, requestId }), channel);
}
