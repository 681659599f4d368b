import type { RunRecord } from '../../chatops/run.ts';
import type { Claim, Letter } from '../../ports/outbox.ts';
import { NotNow } from '../gate.ts';
import { renderReport } from '../render.ts';
import { trace } from '../traces.ts';
import { codeOf } from '../trouble.ts';
import { type CardParts, rootNow, wasWithdrawn } from './cards.ts';
import type { Mail } from './mail.ts';

type Say = Extract<Letter, { kind: 'say' }>;

/** So long a saying waits for the root message it belongs under; then it stands alone. */
const waitForRootMs = 10 * 60_000;

const withoutRoot = new Set(['thread_not_found', 'message_not_found', 'invalid_thread_ts', 'cannot_reply_to_message']);

/** Says something in a run's thread, once, with its files beside it. */
export async function say(claim: Claim, letter: Say, mail: Mail, parts: CardParts): Promise<void> {
  const run = await parts.runs.find(letter.runId);
  if (!run?.thread || wasWithdrawn(run)) return;
  const { channel, ts } = run.thread;
  if (ts === undefined && !hasWaitedEnough(run, parts)) {
    throw new NotNow(new Date(parts.clock.now().getTime() + 2000), 'the root message is not posted yet');
  }
  try {
    await sayIn(claim, letter, channel, ts, mail, parts);
  } catch (error) {
    if (ts === undefined || !withoutRoot.has(codeOf(error) ?? '')) throw error;
    // The root was deleted: under the one that took its place, or on its own.
    await sayIn(claim, letter, channel, await rootNow(run, channel, ts, parts), mail, parts);
  }
}

function hasWaitedEnough(run: RunRecord, { clock }: CardParts): boolean {
  return clock.now().getTime() - (run.endedAt ?? run.createdAt).getTime() > waitForRootMs;
}

async function sayIn(
  claim: Claim,
  letter: Say,
  channel: string,
  thread: string | undefined,
  mail: Mail,
  parts: CardParts,
): Promise<void> {
  const { text, blocks, files } = renderReport(letter.report, { id: claim.id, filesFollow: true });
  const said = claim.tries > 0 && thread !== undefined ? await parts.traces.thread(channel, thread) : undefined;
  if (!said?.hasLetter(claim.id)) {
    const metadata = trace(claim.id, letter.runId);
    await mail.post({ channel, text, blocks, metadata, thread, broadcast: letter.broadcast });
  }
  for (const file of files) {
    if (!said?.hasFile(file.name)) await mail.upload(channel, thread, file);
  }
}
