import { Refusal } from '../chatops/errors.ts';
import { SlackUser } from '../config/pieces.ts';

/** Of nobody: to be replaced. */
export const exampleId = 'U024BE7LH';

const where = 'In Slack it is in your profile, under ⋮, "Copy member ID"';

/** Who asks, by --as. Throws Refusal for a name: it proves nothing, and two people may have the same one. `typed` is how it is typed. */
export function memberId(as: string | undefined, typed: string): string {
  if (as === undefined) throw new Refusal('Say as whom: --as and your Slack member id.', `${where}: ${typed}`);
  if (SlackUser.safeParse(as).success) return as;
  throw new Refusal(
    `"${as}" is no Slack member id: that is U or W, then capitals and digits, such as ${exampleId}.`,
    `${where}; those who may do something stand in salvor.yaml, under people. Then: ${typed}`,
  );
}
