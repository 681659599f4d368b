import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { type SandboxAlertmanager, startAlertmanager } from '../sandbox/alertmanager.ts';
import { freePorts } from '../sandbox/etcd.ts';
import { startSandbox } from '../sandbox/sandbox.ts';
import type { LocalSlack } from '../sandbox/slack/server.ts';
import { clock } from '../src/adapters/clock.ts';
import { createAlertThreads } from '../src/queue/alert-threads.ts';
import { connectPatient, disconnect } from '../src/queue/redis.ts';
import { type Relay, startRelay } from './alerts/relay.ts';
import { channelOf, clusters, nameCount, nameOf, relayChannelOf, setupOf, token } from './alerts/setup.ts';
import { median, note, percentile, rounded } from './instruments/figures.ts';

/** How long after the last alert all must have been said. */
const patienceMs = 90_000;

interface Load {
  readonly perMinute: number;
  readonly seconds: number;
}

/**
 * Alerts of two Alertmanagers that both tell of each, 1,000 a minute for a minute unless told, while a worker answers what the rules ask of them.
 * Measured is what a person waits for: from the moment Prometheus would have posted the first alert of a group until its message stands in Slack, whose
 * limits are on; Alertmanager's own wait for the rest of a group, 1 s, is in it. Later alerts of a group are edits of that message, which Slack
 * lets through 50 a minute for the whole app: of them only that none is lost is looked at. What it is compared with is a relay that gets the same from the
 * same Alertmanagers and says it in channels of its own: `toRelay` is how many times longer Salvor takes.
 */
export async function measure(flags: readonly string[]): Promise<Readonly<Record<string, unknown>>> {
  const options = { seconds: { type: 'string', default: '60' }, rate: { type: 'string', default: '1000' } } as const;
  const { values } = parseArgs({ args: [...flags], options });
  const load = { perMinute: Number(values.rate), seconds: Number(values.seconds) };
  const directory = await mkdtemp(join(tmpdir(), 'salvor-bench-'));
  const [port = 0] = await freePorts(1);
  const sandbox = await startSandbox(setupOf(directory, port));
  const stops: (() => Promise<void>)[] = [() => sandbox.stop()];
  try {
    await Promise.all([sandbox.start('bot'), sandbox.start('worker')]);
    const relay = await startRelay(sandbox.slack, relayChannelOf);
    stops.unshift(() => relay.stop());
    const pair = await startPair(directory, { port, relay, stops });
    note('two Alertmanagers, a bot and a worker are up');
    const posted = await fire(pair, load);
    note(`${load.perMinute} alerts a minute were posted for ${load.seconds} s, ${posted.size} groups`);
    await untilSaid(sandbox.slack, posted);
    const alerts = Math.ceil((load.perMinute * load.seconds) / 60);
    return {
      alerts,
      groups: posted.size,
      ...figures(sandbox.slack, relay, posted),
      ...(await kept(sandbox.redis.url, alerts, sandbox.slack, posted)),
    };
  } finally {
    for (const stop of stops) await stop();
    await rm(directory, { recursive: true, force: true });
  }
}

async function startPair(
  directory: string,
  { port, relay, stops }: { readonly port: number; readonly relay: Relay; readonly stops: (() => Promise<void>)[] },
): Promise<readonly SandboxAlertmanager[]> {
  const webhook = { url: `http://127.0.0.1:${port}/alerts`, token };
  const started = async (name: string, peers: readonly string[]) => {
    const one = await startAlertmanager({ directory: join(directory, name), webhook, also: relay.url, peers });
    stops.unshift(() => one.stop());
    return one;
  };
  const first = await started('am-1', []);
  return [first, await started('am-2', [first.peer])];
}

/** One alert after the other to both, as Prometheus does; answers when the first of each group was posted, in ms since the epoch. */
async function fire(pair: readonly SandboxAlertmanager[], { perMinute, seconds }: Load): Promise<Map<string, number>> {
  const posted = new Map<string, number>();
  const begun = performance.now();
  const under: Promise<unknown>[] = [];
  for (let nth = 0; nth < (perMinute * seconds) / 60; nth += 1) {
    const early = begun + (nth * 60_000) / perMinute - performance.now();
    if (early > 0) await wait(early);
    // Seven has no divisor in common with either: neighbours in time are of other clusters and of other names.
    const alertname = nameOf(nth * 7 + Math.floor(nth / (clusters.length * nameCount)));
    const cluster = clusters[Math.floor((nth * 7) / nameCount) % clusters.length] ?? '';
    const group = `${alertname} ${cluster}`;
    if (!posted.has(group)) posted.set(group, Date.now());
    const startsAt = new Date().toISOString();
    const labels = { alertname, cluster, severity: 'critical', instance: `node-${nth}` };
    const annotations = { summary: `what node-${nth} tells` };
    under.push(...pair.map((one) => one.post([{ labels, annotations, startsAt }])));
  }
  await Promise.all(under);
  return posted;
}

/** Root messages of each group. */
function cards(slack: LocalSlack): Map<string, readonly number[]> {
  const all = clusters.flatMap((cluster) =>
    slack.messages(channelOf(cluster)).map((message) => {
      const [name = ''] = /Bench\d\d/.exec(message.text) ?? [];
      return { group: `${name} ${cluster}`, atMs: Number(message.ts) * 1000 };
    }),
  );
  return new Map(
    [...Map.groupBy(all, ({ group }) => group)].map(([group, its]) => [group, its.map((one) => one.atMs)]),
  );
}

async function untilSaid(slack: LocalSlack, posted: ReadonlyMap<string, number>): Promise<void> {
  const deadline = performance.now() + patienceMs;
  const isSaid = () => {
    const said = cards(slack);
    return [...posted.keys()].every((group) => said.has(group));
  };
  while (!isSaid() && performance.now() < deadline) await wait(500);
}

function figures(slack: LocalSlack, relay: Relay, posted: ReadonlyMap<string, number>) {
  const said = cards(slack);
  const after = (of: (group: string) => number | undefined) =>
    [...posted].flatMap(([group, atMs]) => {
      const then = of(group);
      return then === undefined ? [] : [then - atMs];
    });
  const ours = after((group) => said.get(group)?.[0]);
  const theirs = after((group) => relay.said.get(group));
  return {
    firstMessageP99Ms: rounded(percentile(ours, 0.99)),
    firstMessageMedianMs: rounded(median(ours)),
    relayP99Ms: rounded(percentile(theirs, 0.99)),
    toRelay: rounded(median(ours) / median(theirs)),
  };
}

/** Groups that were never said and alerts that nothing keeps are lost; a group with a second message was said twice. */
async function kept(url: string, alerts: number, slack: LocalSlack, posted: ReadonlyMap<string, number>) {
  const connection = connectPatient({ url });
  try {
    const threads = createAlertThreads(connection, clock);
    const deadline = performance.now() + patienceMs;
    let known = 0;
    // The last ones are told by Alertmanager some seconds after they were posted.
    while (known < alerts && performance.now() < deadline) {
      const firing = await threads.firing();
      known = new Set(firing.flatMap((thread) => thread.alerts.map(({ fingerprint }) => fingerprint))).size;
      await wait(500);
    }
    const said = cards(slack);
    const unsaid = [...posted.keys()].filter((group) => !said.has(group)).length;
    const again = [...said].reduce((sum, [group, its]) => sum + (posted.has(group) ? its.length - 1 : its.length), 0);
    return { lost: unsaid + (alerts - known), twice: again };
  } finally {
    disconnect(connection);
  }
}
