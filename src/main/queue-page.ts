import { serveQueuePage } from '../http/queue-page.ts';
import type { Foundation } from './foundation.ts';

/** The page of the queues, where salvor.yaml has one. Imported only then: what makes it is large. */
export async function queuePageOf(foundation: Foundation): Promise<{ close(): Promise<void> } | undefined> {
  const { config, failFast, sites, logger } = foundation;
  const { queuePage } = config.settings;
  if (!queuePage || !config.queuePage) return undefined;
  const { createQueuePage } = await import('../queue/queue-page.ts');
  const page = createQueuePage(failFast, sites);
  const { listen, username } = queuePage;
  const door = { listen, username, ...config.queuePage, page: page.answer, logger };
  const server = await serveQueuePage(door).catch(async (error: unknown) => {
    await page.close();
    throw error;
  });
  logger.info({ port: server.port }, 'the page of the queues is served');
  return {
    async close() {
      await server.close();
      await page.close();
    },
  };
}
