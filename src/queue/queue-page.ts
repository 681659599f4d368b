import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createBullBoard } from '@bull-board/api';
import { BullMQAdapter } from '@bull-board/api/bullMQAdapter';
import { ExpressAdapter } from '@bull-board/express';
import { openQueue, queueAt, queueNames } from './queues.ts';
import type { RedisConnection } from './redis.ts';
import { openTicks } from './schedules.ts';

export interface QueuePage {
  /** Answers whoever gets to it: who that may be is for others to see to. */
  readonly answer: RequestListener;
  close(): Promise<void>;
}

/** What bull-board's express application is here. */
interface Application {
  (request: IncomingMessage, response: ServerResponse, otherwise: (error?: unknown) => void): void;
  disable(setting: string): void;
}

/** A page of bull-board's about the queues of all sites, and that of schedules. It offers nothing that changes anything. */
export function createQueuePage(redis: RedisConnection, sites: readonly string[]): QueuePage {
  const queues = [
    ...sites.flatMap((site) => queueNames.map((queue) => openQueue(redis, queueAt(site, queue)))),
    openTicks(redis),
  ];
  const serverAdapter = new ExpressAdapter();
  const application: Application = serverAdapter.getRouter();
  application.disable('x-powered-by');
  createBullBoard({
    queues: queues.map((queue) => new BullMQAdapter(queue, { readOnlyMode: true })),
    serverAdapter,
    options: { uiConfig: { boardTitle: 'Salvor: queues', hideRedisDetails: true } },
  });
  return {
    // Express itself would write stack traces, to the log at least, of whatever broken path it is sent.
    answer: (request, response) =>
      application(request, response, (error) => {
        response.writeHead(error === undefined ? 404 : 400, { 'content-type': 'text/plain; charset=utf-8' });
        response.end('nothing here\n');
      }),
    async close() {
      await Promise.all(queues.map((queue) => queue.close()));
    },
  };
}
