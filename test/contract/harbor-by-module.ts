import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import type { HarborHostOptions } from '../../sandbox/harbor/host.ts';
import { type HarborLab, type Hop, openHarborLab } from './harbor-lab.ts';

// By the modules of the playbook themselves: what Ansible adds is in harbor-migrate.test.ts.
/** Its tasks, as the playbook has them. */
const steps = {
  fetch: ['harbor_run', 'check_package'],
  load: ['harbor_run', 'load'],
  down: ['harbor_run', 'down'],
  copy: ['harbor_data', 'copy'],
  aside: ['harbor_install', 'move_aside'],
  unpack: ['harbor_install', 'unpack'],
  migrate: ['harbor_install', 'migrate_config'],
  prepare: ['harbor_run', 'prepare'],
  'migrate database': ['harbor_database', undefined],
  install: ['harbor_run', 'install'],
  'stop to put back': ['harbor_run', 'down_to_put_back'],
  'put data back': ['harbor_data', 'put_back'],
  'put install back': ['harbor_install', 'put_back'],
  up: ['harbor_run', 'up'],
} as const;
export type Step = keyof typeof steps;

export const toConfig: readonly Step[] = ['load', 'down', 'copy', 'aside', 'unpack'];
export const toEnd: readonly Step[] = [...toConfig, 'migrate', 'prepare', 'install'];
export const back: readonly Step[] = ['stop to put back', 'put data back', 'put install back', 'up'];

/** Until the test is over. */
export async function open(options: Omit<HarborHostOptions, 'directory'>): Promise<HarborLab> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-lab-'));
  onTestFinished(() => rm(directory, { recursive: true }));
  const lab = await openHarborLab({ directory, ...options });
  await mkdir(lab.workDir);
  return lab;
}

export const to212 = () => open({ version: '2.10.3', packages: ['2.12.3'], flags: ['--with-trivy'] });

export const step = (lab: HarborLab, name: Step, hop: Hop, options: object = {}) => {
  const [module, does] = steps[name];
  return lab.module(module, hop, { ...(does === undefined ? {} : { does }), ...options });
};

/** Each must end well. Answers what they published. */
export async function all(lab: HarborLab, names: readonly Step[], hop: Hop): Promise<Record<string, unknown>> {
  const facts: Record<string, unknown> = {};
  for (const name of names) {
    const { failed, msg, ansible_facts } = await step(lab, name, hop);
    if (failed) throw new Error(`${name}: ${msg}`);
    Object.assign(facts, ansible_facts.salvor_facts);
  }
  return facts;
}

/** What it says. */
export const refusal = async (lab: HarborLab, name: Step, hop: Hop, options: object = {}) => {
  const { failed, msg } = await step(lab, name, hop, options);
  return failed ? msg : `${name} was not refused: ${msg}`;
};
