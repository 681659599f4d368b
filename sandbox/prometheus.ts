import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { stringify } from 'yaml';
import { freePorts } from './etcd.ts';

/** A real Prometheus of its own, on loopback. */
export interface SandboxPrometheus {
  readonly url: string;
  stop(): Promise<void>;
}

export interface PrometheusOptions {
  readonly directory: string;
  /** What it asks for /metrics, by job: host and port of each, and the labels that all of it gets. */
  readonly jobs: Readonly<
    Record<string, { readonly targets: readonly string[]; readonly labels?: Readonly<Record<string, string>> }>
  >;
  /** As they stand under `groups` of a file of rules. */
  readonly groups: readonly object[];
  /** Each is told of what fires. */
  readonly alertmanagers: readonly string[];
}

/** Asks every two seconds, and looks every second whether something fires: at once where a rule has no `for`. */
export async function startPrometheus(options: PrometheusOptions): Promise<SandboxPrometheus> {
  const { directory, jobs, groups, alertmanagers } = options;
  await mkdir(directory, { recursive: true });
  const [port = 0] = await freePorts(1);
  const file = join(directory, 'prometheus.yml');
  await writeFile(join(directory, 'rules.yaml'), stringify({ groups }));
  const scrapes = Object.entries(jobs).map(([name, one]) => ({ job_name: name, static_configs: [one] }));
  const settings = {
    global: { scrape_interval: '2s', scrape_timeout: '2s', evaluation_interval: '1s' },
    rule_files: ['rules.yaml'],
    scrape_configs: scrapes,
    alerting: { alertmanagers: [{ static_configs: [{ targets: alertmanagers.map((url) => new URL(url).host) }] }] },
  };
  await writeFile(file, stringify(settings));
  const own = `http://127.0.0.1:${port}`;
  const words = [`--config.file=${file}`, `--storage.tsdb.path=${join(directory, 'data')}`];
  const child = spawn('prometheus', [...words, `--web.listen-address=127.0.0.1:${port}`, '--log.level=error'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const failed = once(child, 'error').then(([error]) => Promise.reject(error));
  const ended = once(child, 'exit').then(([code]) => Promise.reject(new Error(`Prometheus ended with ${code}`)));
  await Promise.race([answers(own), failed, ended]);
  return {
    url: own,
    async stop() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      child.kill('SIGTERM');
      await gone;
    },
  };
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 300; tries += 1) {
    if ((await fetch(`${url}/-/ready`).catch(() => undefined))?.ok) return;
    await pause(100);
  }
  throw new Error('Prometheus did not become ready in 30 s');
}
