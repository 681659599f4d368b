import { z } from 'zod';
import type { RunContext } from '../../../chatops/job.ts';
import type { Ansible, Inventory } from '../../../ports/ansible.ts';
import { runPlaybook } from '../../playbook/run-playbook.ts';
import type { DecidedHop, Place } from './decided.ts';
import { inventoryOf } from './inventory.ts';
import { type HarborTag, playbook } from './playbook.ts';

const minuteMs = 60_000;

/** Databases and packages have gigabytes: what reads or writes them takes its time. */
const limits: Readonly<Record<HarborTag, number>> = {
  look: 5 * minuteMs,
  fetch: 30 * minuteMs,
  load: 60 * minuteMs,
  down: 10 * minuteMs,
  'copy-data': 4 * 60 * minuteMs,
  'move-aside': 5 * minuteMs,
  unpack: 30 * minuteMs,
  'migrate-config': 15 * minuteMs,
  prepare: 15 * minuteMs,
  'migrate-database': 4 * 60 * minuteMs,
  install: 60 * minuteMs,
  'put-back': 4 * 60 * minuteMs,
  up: 15 * minuteMs,
  'look-images': 5 * minuteMs,
  'clear-images': 30 * minuteMs,
  'clear-away': 15 * minuteMs,
};

export interface Playing {
  readonly ansible: Ansible;
  /** What to do where it fails, if not what those do whose upgrade stopped. */
  readonly next?: string;
  readonly decided: Place;
  readonly context: Pick<RunContext, 'detail' | 'log' | 'signal'>;
}

/** Does tags of the playbook on the host, and answers what it has published. Throws as `runPlaybook`. */
export async function runTags(
  { ansible, decided, context, next }: Playing,
  tags: readonly HarborTag[],
  hop?: DecidedHop['variables'],
  more: Inventory['variables'] = {},
): Promise<unknown> {
  const { name } = decided.host;
  const { groups, variables } = inventoryOf(decided, hop);
  const step = {
    ...{ target: decided.shared.harbor_name, playbook, tags, hosts: [name] },
    inventory: { groups, variables: { ...variables, ...more } },
    timeLimitMs: tags.reduce((sum, tag) => sum + limits[tag], 0),
    ...(next === undefined ? {} : { next }),
  };
  return (await runPlaybook(ansible, step, context)).hosts[name]?.facts;
}

/** What the migration of a configuration publishes. Its lines hold no secrets: the host masks them. */
const Migrated = z.object({
  config: z.object({
    from: z.string().nullable(),
    to: z.string(),
    diff: z.array(z.string()).readonly(),
    carried: z.array(z.string()).readonly(),
    left_behind: z.array(z.string()).readonly(),
  }),
});
export type Migrated = z.infer<typeof Migrated>['config'];

export const migratedIn = (facts: unknown): Migrated => Migrated.parse(facts).config;
