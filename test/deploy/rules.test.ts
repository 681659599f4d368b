import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';

/** The files for Prometheus and Grafana, read by Prometheus' own promtool. */

const root = resolve(import.meta.dirname, '../..');
const rulesFile = join(root, 'deploy/prometheus/salvor.rules.yaml');
const dashboardFile = join(root, 'deploy/grafana/salvor.json');

const promtool = async (...words: string[]) => promisify(execFile)('promtool', words);

interface Panel {
  readonly title: string;
  readonly targets?: readonly { readonly expr: string }[];
}

async function dashboard(): Promise<{ readonly panels: readonly Panel[] }> {
  return JSON.parse(await readFile(dashboardFile, 'utf8'));
}

describe('the alert rules', () => {
  it('are rules that Prometheus takes', async () => {
    expect((await promtool('check', 'rules', rulesFile)).stdout).toContain('SUCCESS');
  });

  it('fire when they should, with words that say what to do, and not before', async () => {
    const { stdout } = await promtool('test', 'rules', join(import.meta.dirname, 'salvor.rules.test.yaml'));
    expect(stdout).toContain('SUCCESS');
  });
});

describe('the dashboard', () => {
  it('asks questions that Prometheus understands', async () => {
    const { panels } = await dashboard();
    const questions = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr.replaceAll('$target', '.*')));
    expect(questions.length).toBeGreaterThan(10);
    const directory = await mkdtemp(join(tmpdir(), 'salvor-dashboard-'));
    try {
      const file = join(directory, 'dashboard.rules.yaml');
      const rules = questions.map((expr, index) => ({ record: `question:${index}`, expr }));
      await writeFile(file, stringify({ groups: [{ name: 'dashboard', rules }] }));
      expect((await promtool('check', 'rules', file)).stdout).toContain(`${questions.length} rules found`);
    } finally {
      await rm(directory, { recursive: true });
    }
  });
});
