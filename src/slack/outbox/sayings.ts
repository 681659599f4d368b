import type { File, Report } from '../../chatops/report.ts';
import { type RunRecord, threadOf } from '../../chatops/run.ts';
import type { Claim, Letter } from '../../ports/outbox.ts';
import { NotNow } from '../gate.ts';
import { type ReportLayout, renderReport, threadHalf } from '../render.ts';
import { trace } from '../traces.ts';
import { codeOf } from '../trouble.ts';
import { type CardParts, calledOf, rootIsGone, rootNow, type Said, saidIn, wasWithdrawn } from './cards.ts';
import type { Mail, Post, Posted } from './mail.ts';

type Say = Extract<Letter, { kind: 'say' }>;
type Reader = Pick<ReportLayout, 'calledAs' | 'language'>;

/** So long a saying waits for the root message it belongs under; then it stands alone. */
const waitForRootMs = 10 * 60_000;

/** Says something in a run's thread, once, with its files beside it. */
export async function say(claim: Claim, letter: Say, mail: Mail, parts: CardParts): Promise<void> {
  const run = await parts.runs.find(letter.runId);
  if (!run?.thread || wasWithdrawn(run)) return;
  const { channel, ts, root } = run.thread;
  if (ts === undefined && root === undefined && !hasWaitedEnough(run, parts)) {
    throw new NotNow(new Date(parts.clock.now().getTime() + 2000), 'the root message is not posted yet');
  }
  const place = threadOf(run.thread);
  const reader = { calledAs: calledOf(run, parts), language: parts.voices.inChannel(channel) };
  const said = claim.tries > 0 && place !== undefined ? await saidIn(channel, place, parts) : undefined;
  const thread = said?.hasLetter(claim.id)
    ? place
    : await postUnder(run, place, postsOf(claim.id, letter, channel, reader), mail, parts);
  const { files } = renderReport(letter.report, { id: claim.id, ...reader, filesFollow: true });
  await upload(files, channel, thread, said, mail);
}

/** The end of a run leaves out what the card above it says; what stands in the channel too, or alone, says all of it. */
interface Posts {
  readonly under: Post;
  readonly alone: Post;
}

function postsOf(id: string, { runId, report, broadcast }: Say, channel: string, reader: Reader): Posts {
  const post = (shown: Report): Post => {
    const { text, blocks } = renderReport(shown, { id, ...reader, filesFollow: true });
    return { channel, text, blocks, metadata: trace(id, runId), broadcast };
  };
  const alone = post(report);
  const isBelowItsCard = id === `end:${runId}` && !broadcast;
  return { alone, under: isBelowItsCard ? post(threadHalf(report)) : alone };
}

function hasWaitedEnough(run: RunRecord, { clock }: CardParts): boolean {
  return clock.now().getTime() - (run.endedAt ?? run.createdAt).getTime() > waitForRootMs;
}

/** Posts under the root message, or under the one that took its place. Answers which. */
async function postUnder(
  run: RunRecord,
  root: string | undefined,
  { under, alone }: Posts,
  mail: Mail,
  parts: CardParts,
): Promise<string | undefined> {
  if (root === undefined) {
    await mail.post(alone);
    return undefined;
  }
  const posted = await mail.post({ ...under, thread: root }).catch((error): Posted | undefined => {
    if (rootIsGone.has(codeOf(error) ?? '')) return undefined;
    throw error;
  });
  if (posted?.thread === root) return root;
  const anew = await rootNow(run, under.channel, root, parts);
  if (posted && anew === undefined) {
    // It stands in the channel by itself now, without a card to say the rest.
    await mail.update(posted.ts, alone);
    return undefined;
  }
  if (posted) await mail.remove(under.channel, posted.ts);
  await mail.post(anew === undefined ? alone : { ...under, thread: anew });
  return anew;
}

async function upload(
  files: readonly File[],
  channel: string,
  thread: string | undefined,
  said: Said | undefined,
  mail: Mail,
): Promise<void> {
  for (const file of files) {
    if (!said?.hasFile(file.name)) await mail.upload(channel, thread, file);
  }
}
