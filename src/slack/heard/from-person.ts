import { z } from 'zod';
import type { Sender } from '../people.ts';

/** Who did something, as Slack says it with presses, shortcuts and dialogs. */
export const FromPerson = z.object({
  user: z.object({ id: z.string(), team_id: z.string().optional() }),
  team: z.object({ id: z.string() }).nullish(),
});

export const senderOf = ({ user, team }: z.infer<typeof FromPerson>): Sender => ({
  user: user.id,
  team: user.team_id ?? team?.id,
});

const Answer = z.object({ value: z.string().nullish(), selected_option: z.object({ value: z.string() }).nullish() });

/** A dialog that was sent off, with what was answered: by block, then by action. */
export const Submitted = FromPerson.extend({
  view: z.object({
    id: z.string(),
    hash: z.string(),
    callback_id: z.string(),
    private_metadata: z.string(),
    state: z.object({ values: z.record(z.string(), z.record(z.string(), Answer)) }),
  }),
});
