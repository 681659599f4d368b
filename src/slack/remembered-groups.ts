import { z } from 'zod';
import type { Clock } from '../ports/clock.ts';
import type { Shelf } from '../ports/shelf.ts';
import { keep } from './kept.ts';

/** The user groups somebody was in when a bot last asked Slack, at most an hour ago; for a terminal on the day Slack is down. */
export async function rememberedGroups(
  parts: { readonly shelf: Shelf; readonly clock: Clock },
  groups: readonly string[],
  userId: string,
): Promise<readonly string[]> {
  const members = keep({
    ...parts,
    name: 'group',
    schema: z.array(z.string()),
    isPassing: () => true,
    onTrouble: () => {},
    ask: async () => Promise.reject(new Error('Slack is not asked from a terminal')),
  });
  const known = await Promise.all(
    groups.map(async (group) => ({ group, users: await members.of(group).catch((): readonly string[] => []) })),
  );
  return known.filter(({ users }) => users.includes(userId)).map(({ group }) => group);
}
