import { z } from 'zod';
import type { HomePages } from '../home-pages.ts';

const Opened = z.object({
  team_id: z.string().optional(),
  event: z.object({ type: z.literal('app_home_opened'), user: z.string(), tab: z.string().optional() }),
});

/** Somebody opened the app: its Home is shown; the tab of messages has none. */
export async function hearHomeOpened(pages: HomePages, body: unknown): Promise<void> {
  const { team_id: team, event } = Opened.parse(body);
  if (event.tab === 'messages') return;
  await pages.opened({ user: event.user, team });
}
