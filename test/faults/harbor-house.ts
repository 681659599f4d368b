import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { readDatabase } from '../../sandbox/harbor/state.ts';
import { changesNothing } from '../../src/chatops/plan.ts';
import { hasEnded, type RunRecord } from '../../src/chatops/run.ts';
import { openPlayedRegistry, type PlayedRegistry, type PlayedRegistrySetup } from '../contract/harbor-site.ts';
import { registryPeople as people } from '../people.ts';
import { registryCatalogue, type UpgradedRegistry } from './fixtures/upgraded-registry.ts';
import { type Bot, type House, openHouse } from './house.ts';
import { type Asked, type Lending, lendPorts } from './lend-ports.ts';
import { type Process, startProcess } from './workshop.ts';

/** Real Redis, a played Harbor on real files, workers as processes that upgrade it by real Ansible; the test is the bots. */
export interface HarborFaults extends PlayedRegistry {
  readonly house: House;
  readonly bot: Bot;
  worker(name: string): Promise<Process & Lending>;
  /**
   * From now on whoever carries something out waits there: `begin: <step>`, `done: <step>` before it is written down, `before <words>` and `after
   * <words>` of a docker command on the host, or `cp <words>` when that has copied half of a directory to there. On the host one at a time.
   */
  hold(act: string): void;
  letGo(act: string): void;
  /** Somebody waits there. */
  isReached(act: string): boolean;
  reached(act: string): Promise<void>;
  /** Steps in the order in which they were begun and done, by runs. */
  readonly acts: readonly { readonly run: string; readonly act: string }[];
  /** It stopped in that step, told with what is changed: of the first hop what the plan says of its steps. The registry is held, and people can go on or go back. */
  stopped(id: string, step: string, changed?: string): Promise<RunRecord>;
  /** The approval came to that end; that version runs, writable and healthy, with all that was there in the beginning. */
  came(id: string, to: 'done' | 'undone' | 'paused', version: string): Promise<void>;
  close(): Promise<void>;
}

/** Long enough for a worker beside an Ansible on a busy machine. */
export const lockMs = 3000;
const healthMs = 6000;

export async function openHarborFaults(to: string, setup: PlayedRegistrySetup): Promise<HarborFaults> {
  // One vote is enough: each but the last has the plan made once more.
  const settings = { environment: 'staging', ...setup.settings };
  const registry = await openPlayedRegistry({ ...setup, settings });
  const { host, access } = registry;
  const told: UpgradedRegistry = { ...{ settings: registry.settings, access, healthMs }, directory: host.directory };
  const house = await openHouse({
    ...{ catalogue: registryCatalogue(told), words: `harbor reg-eu ${to} --reason "fixes"`, people },
    target: { target: 'reg-eu', targetKind: 'registry' },
  });
  const bot = await house.bot();
  const copying = await halfCopier(registry);
  const [first, schema] = [held(registry), schemaIn(registry)];
  const acts: { readonly run: string; readonly act: string }[] = [];
  const came = new Set<string>();
  const gates = new Map<string, PromiseWithResolvers<void>>();
  const isOfSteps = (act: string) => /^(begin|done): /.test(act);
  let onHost = 'nothing';

  async function answer({ run, method, args, signal }: Asked): Promise<void> {
    const act = `${method}: ${args[0]}`;
    came.add(act);
    await gates.get(act)?.promise;
    signal.throwIfAborted();
    acts.push({ run, act });
  }

  function isReached(act: string): boolean {
    if (isOfSteps(act)) return came.has(act);
    return act.startsWith('cp ') ? existsSync(copying.reached) : host.state.docker().isHolding === true;
  }

  const faults: HarborFaults = {
    ...{ ...registry, house, bot, acts, isReached },
    async worker(name) {
      const environment = {
        REDIS_URL: house.server.url,
        LOCK_MS: `${lockMs}`,
        UPGRADED_REGISTRY: JSON.stringify(told),
      };
      const started = await startProcess('upgrader', name, environment);
      return { ...started, ...lendPorts(started.child, answer) };
    },
    hold(act) {
      if (isOfSteps(act)) return void gates.set(act, Promise.withResolvers());
      onHost = act;
      rmSync(copying.reached, { force: true });
      writeFileSync(copying.hold, act.startsWith('cp ') ? act.slice('cp '.length) : '//');
      const [, when, words = ''] = /^(before|after) (.*)$/.exec(act) ?? ['', 'before', 'nothing'];
      host.state.setDocker({ held: { when: when === 'before' ? when : 'after', words }, isHolding: false });
    },
    letGo(act) {
      gates.get(act)?.resolve();
      gates.delete(act);
      came.delete(act);
      // What is held on the host next has let this one go.
      if (onHost === act) faults.hold('nothing');
    },
    reached: (act) =>
      bot.until(async () => expect({ act, isReached: isReached(act) }).toEqual({ act, isReached: true })),
    async stopped(id, step, changed) {
      await bot.became(id, 'failed');
      await bot.until(async () => expect(hasEnded((await house.lastRun(id)).state)).toBe(true));
      const run = await house.lastRun(id);
      expect([step, run.report?.changed]).toEqual([step, changed ?? (await changedBy(house, id, step))]);
      expect((await house.lease())?.approval).toBe(id);
      return run;
    },
    async came(id, end, version) {
      await bot.until(async () => {
        const { title } = (await house.lastRun(id)).report ?? {};
        expect([(await house.find(id)).state, title]).toEqual([end, expect.anything()]);
      });
      expect(host.state.harbor()).toMatchObject({ version, isUp: true, readOnly: false });
      expect(new Set(Object.values(host.state.harbor().components))).toEqual(new Set(['healthy']));
      expect(held(registry)).toEqual(first);
      expect(schemaIn(registry) === schema).toBe(version === setup.version);
      if (end !== 'paused') await bot.until(async () => expect(await house.lease()).toBeUndefined());
    },
    async close() {
      await house.close();
      await registry.close();
    },
  };
  return faults;
}

/** What it holds, but for its schema and the probe. */
export function held({ host }: PlayedRegistry) {
  const { projects, users, charts } = readDatabase(host.state.harbor().database ?? '');
  return { projects: projects.filter(({ name }) => name !== 'salvor-probe'), users, charts };
}

const schemaIn = ({ host }: PlayedRegistry) => readDatabase(host.state.harbor().database ?? '').schema?.version;

/** What is changed once a step has begun, as the plan says it. */
async function changedBy(house: House, id: string, step: string): Promise<string> {
  const { plan } = await house.find(id);
  const place = plan.steps.findIndex(({ name }) => name === step);
  const begun = plan.steps.slice(0, place + 1).filter((one) => !changesNothing(one));
  return begun.length === 0 ? 'nothing' : begun.map(({ changes }) => changes).join('; ');
}

/** A cp on the host, where programs are looked for first, that can be cut short in the middle of a directory. */
async function halfCopier({ host }: PlayedRegistry): Promise<{ readonly hold: string; readonly reached: string }> {
  const files = { hold: join(host.directory, 'cp-holds'), reached: join(host.directory, 'cp-reached') };
  const lines = [
    '#!/bin/sh',
    'for to; do :; done',
    // No path has two slashes.
    `held() { case "$to" in *"$(cat '${files.hold}' 2>/dev/null || echo //)"*) ;; *) return 1 ;; esac; }`,
    'if held; then',
    '  mkdir "$to" && echo half > "$to/half"',
    `  : > '${files.reached}'`,
    '  while held; do sleep 0.05; done',
    '  rm -r "$to"',
    'fi',
    'exec /bin/cp "$@"',
  ];
  const file = join(host.programs, 'cp');
  await writeFile(file, `${lines.join('\n')}\n`);
  await chmod(file, 0o755);
  return files;
}
