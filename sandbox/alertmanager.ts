import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { z } from 'zod';
import { freePorts } from './etcd.ts';

const Silences = z.array(z.object({ comment: z.string(), createdBy: z.string() }));

/** A real Prometheus Alertmanager of its own, on loopback. */
export interface SandboxAlertmanager {
  readonly url: string;
  /** Where others of the same cluster find it. */
  readonly peer: string;
  /** As Prometheus does. */
  post(alerts: readonly PostedAlert[]): Promise<void>;
  silences(): Promise<readonly { readonly comment: string; readonly createdBy: string }[]>;
  stop(): Promise<void>;
}

export interface PostedAlert {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
  /** In the past: it is resolved. */
  readonly endsAt?: string;
}

export interface AlertmanagerOptions {
  readonly directory: string;
  readonly webhook: {
    readonly url: string;
    /** Of further bots of the same Salvor. */
    readonly others?: readonly string[];
    readonly token: string;
    readonly maxAlerts?: number;
  };
  /** A second receiver of the same, such as one to compare with; told without a token. */
  readonly also?: string;
  readonly groupBy?: readonly string[];
  /** A free one is taken when absent. */
  readonly port?: number;
  /** Those that were started before, of the same cluster. */
  readonly peers?: readonly string[];
}

/** Alerts are told within a second, again every second while something changes, and every ten minutes else. */
export async function startAlertmanager(options: AlertmanagerOptions): Promise<SandboxAlertmanager> {
  const { directory, webhook, peers = [], groupBy = ['alertname', 'cluster'] } = options;
  await mkdir(directory, { recursive: true });
  const [free = 0, gossip = 0] = await freePorts(2);
  const { port = free } = options;
  const file = join(directory, 'alertmanager.yml');
  const { url, others: furtherUrls = [], token, maxAlerts = 0 } = webhook;
  const to = [url, ...furtherUrls].map((one) => ({
    url: one,
    http_config: { authorization: { credentials: token } },
    max_alerts: maxAlerts,
    send_resolved: true,
  }));
  const route = {
    receiver: 'salvor',
    group_by: groupBy,
    group_wait: '1s',
    group_interval: '1s',
    repeat_interval: '10m',
  };
  const others = options.also === undefined ? [] : [{ url: options.also, send_resolved: true }];
  await writeFile(file, stringify({ route, receivers: [{ name: 'salvor', webhook_configs: [...to, ...others] }] }));
  const own = `http://127.0.0.1:${port}`;
  const child = spawn(
    'prometheus-alertmanager',
    [
      ...[`--config.file=${file}`, `--storage.path=${join(directory, 'data')}`],
      // Where its notifications say that it is: by itself it takes the name of the machine, at which it does not listen.
      ...[`--web.listen-address=127.0.0.1:${port}`, `--web.external-url=${own}`],
      ...[
        `--cluster.listen-address=127.0.0.1:${gossip}`,
        '--cluster.peer-timeout=500ms',
        '--cluster.settle-timeout=2s',
        '--cluster.gossip-interval=50ms',
      ],
      ...peers.map((peer) => `--cluster.peer=${peer}`),
    ],
    { stdio: 'ignore' },
  );
  await ready(child, own);
  return {
    url: own,
    peer: `127.0.0.1:${gossip}`,
    async post(alerts) {
      const body = JSON.stringify(alerts.map((alert) => ({ annotations: {}, ...alert })));
      const headers = { 'content-type': 'application/json' };
      const answer = await fetch(`${own}/api/v2/alerts`, { method: 'POST', headers, body });
      if (!answer.ok) throw new Error(`Alertmanager answers ${answer.status}: ${await answer.text()}`);
    },
    silences: async () => Silences.parse(await (await fetch(`${own}/api/v2/silences`)).json()),
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function ready(child: ChildProcess, url: string): Promise<void> {
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`Alertmanager ended with ${code}`)));
  await Promise.race([answers(url), failed, ended]);
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) return;
    await pause(100);
  }
  throw new Error('Alertmanager did not become ready in 30 s');
}
