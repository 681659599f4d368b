import type { Approval } from '../../chatops/approval.ts';
import type { VotingDesk } from '../../chatops/approval-desk.ts';
import { threadOf } from '../../chatops/run.ts';
import type { Letter } from '../../ports/outbox.ts';
import { NotNow } from '../gate.ts';
import { renderApproval } from '../render.ts';
import { trace } from '../traces.ts';
import { codeOf } from '../trouble.ts';
import type { CardParts } from './cards.ts';
import type { Mail, Post } from './mail.ts';

export interface ApprovalParts extends CardParts {
  readonly approvals: Pick<VotingDesk, 'find' | 'address'>;
}

/** So long it waits for the root message it belongs under; then it stands alone: people are waited for. */
const waitForRootMs = 2 * 60_000;

/** Shows an approval as it is at this moment, in the thread of the run that planned it and in the channel. */
export async function showApproval(
  letter: Extract<Letter, { kind: 'approval' }>,
  tries: number,
  mail: Mail,
  parts: ApprovalParts,
): Promise<void> {
  const approval = await parts.approvals.find(letter.approvalId);
  const channel = approval?.thread?.channel;
  if (!approval || channel === undefined) return;
  const root = threadOf((await parts.runs.find(approval.plannedBy))?.thread);
  const post = postOf(approval, channel, root, parts);
  if (approval.messageTs !== undefined) return refresh(approval.messageTs, post, mail);
  const waitedMs = parts.clock.now().getTime() - approval.createdAt.getTime();
  if (root === undefined && waitedMs < waitForRootMs) {
    throw new NotNow(new Date(parts.clock.now().getTime() + 1000), 'the root message is not posted yet');
  }
  const found = tries > 0 && root !== undefined ? await parts.traces.thread(channel, root) : undefined;
  const earlier = found?.tsOf(letterId(approval));
  const ts = earlier ?? (await mail.post(post)).ts;
  await keep(approval, ts, post, mail, parts, earlier !== undefined);
}

export const letterId = ({ id }: Approval): string => `approval:${id}`;

/** Someone else's message may have come first: two of them would be one too many. */
async function keep(
  approval: Approval,
  ts: string,
  post: Post,
  mail: Mail,
  parts: ApprovalParts,
  isOld: boolean,
): Promise<void> {
  const isFirst = await parts.approvals.address(approval.id, ts);
  if (isOld) return refresh(ts, post, mail);
  const now = isFirst ? undefined : await parts.approvals.find(approval.id);
  if (now?.messageTs !== undefined && now.messageTs !== ts) await mail.remove(post.channel, ts);
}

/** Who deletes the message does not want to see it; the approval itself is untouched. */
async function refresh(ts: string, post: Post, mail: Mail): Promise<void> {
  await mail.update(ts, post).catch((error) => {
    if (codeOf(error) !== 'message_not_found') throw error;
  });
}

function postOf(approval: Approval, channel: string, thread: string | undefined, parts: ApprovalParts): Post {
  const { text, blocks } = renderApproval(approval, parts.calledAs, parts.clock.now(), parts.voices.inChannel(channel));
  const metadata = trace(letterId(approval), approval.plannedBy);
  return { channel, text, blocks, metadata, thread, broadcast: thread !== undefined };
}
