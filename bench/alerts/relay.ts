import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { z } from 'zod';
import type { LocalSlack } from '../../sandbox/slack/server.ts';

/** The plainest thing that can stand in Salvor's place: says the first notification of a group, keeps nothing, edits nothing. */
export interface Relay {
  readonly url: string;
  /** When it was said, in ms since the epoch, by group: 'Bench03 c-12'. */
  readonly said: ReadonlyMap<string, number>;
  stop(): Promise<void>;
}

const Body = z.object({ groupLabels: z.object({ alertname: z.string(), cluster: z.string() }) });

/** Its channels are not Salvor's, which would have to share with it what Slack lets through. */
export async function startRelay(slack: LocalSlack, channelOf: (cluster: string) => string): Promise<Relay> {
  const heard = new Set<string>();
  const said = new Map<string, number>();
  const server = createServer(async (request, response) => {
    const { alertname, cluster } = Body.parse(await json(request)).groupLabels;
    const group = `${alertname} ${cluster}`;
    response.end();
    if (heard.has(group)) return;
    heard.add(group);
    await post(slack, channelOf(cluster), `${alertname} fires on ${cluster}`);
    said.set(group, Date.now());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return {
    ...{ url: `http://127.0.0.1:${port}/`, said },
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function post({ apiUrl, botToken }: LocalSlack, channel: string, text: string): Promise<void> {
  const headers = { authorization: `Bearer ${botToken}`, 'content-type': 'application/json' };
  const body = JSON.stringify({ channel, text });
  for (;;) {
    const answer = await fetch(`${apiUrl}chat.postMessage`, { method: 'POST', headers, body });
    await answer.arrayBuffer();
    if (answer.status !== 429) return;
    const seconds = Number(answer.headers.get('retry-after') ?? 1);
    await new Promise((resolve) => setTimeout(resolve, seconds * 1000));
  }
}
