import { expect } from 'vitest';
import { createOpener } from '../../src/adapters/opener.ts';
import type { Approval } from '../../src/chatops/approval.ts';
import { leaseTarget } from '../../src/chatops/held-back.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import type { OwnBackup } from '../../src/ops/etcd/backup/backup.ts';
import { type Bot, createBot } from '../bot.ts';
import { createFakeAnsible, type FakeAnsible, hostFacts } from '../fakes/ansible.ts';
import { plantSnapshot } from '../fakes/backup-files.ts';
import { type BackupPlanter, createBackupPlanter } from '../fakes/backups.ts';
import { catalogueWithHosts, type HostsSetup } from '../fakes/catalogue-with-hosts.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeEtcd, type FakeCluster, type FakeEtcd } from '../fakes/etcd.ts';
import { createFakeKubernetes, type FakeKubernetes } from '../fakes/kubernetes.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';
import { createFakeScratch, type FakeScratch } from '../fakes/scratch.ts';
import { people } from '../people.ts';
import { approving } from './approving.ts';

export interface RestoreHouse {
  readonly bot: Bot;
  readonly etcd: FakeEtcd;
  readonly prod: FakeCluster;
  readonly ansible: FakeAnsible;
  readonly objects: FakeObjects;
  readonly scratch: FakeScratch;
  readonly kubernetes: FakeKubernetes;
  readonly plant: BackupPlanter;
  readonly names: readonly string[];
  /** A backup of the small database, restored into a scratch etcd and found good unless told. */
  backup(form?: {
    readonly id?: string;
    readonly takenAt?: Date;
    readonly isVerified?: boolean;
    readonly manifest?: Partial<OwnBackup['manifest']>;
  }): Promise<OwnBackup>;
  /** Alice asks, a worker plans: the run as it ended. */
  asks(words: string): Promise<{ readonly run: RunRecord; readonly says: string }>;
  /** The same, when a plan must come of it. */
  plans(words?: string): Promise<Approval>;
  /** The bundle, as it was said in the thread of the run that planned. */
  bundle(of: Pick<Approval, 'plannedBy'>): Buffer | undefined;
  approval(id: string): Promise<Approval>;
  /** Bob and Carol agree, and a worker carries it out. Answers the last run. */
  approves(id: string): Promise<RunRecord>;
  /** Somebody says `resume` or `rollback`, and a worker does it. */
  /** Past the point of no return the way back takes an approver who has not asked. */
  does(word: 'resume' | 'rollback', id: string): Promise<RunRecord>;
  isHeld(): Promise<boolean>;
  /** Alice asks for what is refused: why, in one line. */
  refused(words: string): Promise<string>;
  /** Tags that were done on hosts after the plan was made, each once: `look` is asked while planning too. */
  tagsDone(): readonly string[];
  /** Of every host. */
  data(): readonly (string | undefined)[];
  /** Nothing was said that no test has read, and no place on the disk is still taken. */
  isLeftAsFound(): void;
}

export const latest = '/salvor restore prod-1 latest --reason "bad RBAC rollout"';

export const stepNames = (plan: { readonly steps: readonly { readonly name: string }[] }): readonly string[] =>
  plan.steps.map(({ name }) => name);

export interface HouseSetup extends HostsSetup {
  readonly members?: number;
  /** In place of etcd-1 and so on; each member's peer URL is then what `member` says. */
  readonly names?: readonly string[];
  readonly facts?: ReturnType<typeof hostFacts>;
}

/** prod-1 with hosts, a backup store and a bot; all members run 3.5.30. */
export async function openRestoreHouse(setup: HouseSetup = {}): Promise<RestoreHouse> {
  const { members = 3 } = setup;
  const clock = createFakeClock();
  const etcd = createFakeEtcd({ 'prod-1': { members } });
  const prod = etcd.cluster('prod-1');
  prod.runs('3.5.30');
  const usual = Array.from({ length: members }, (_, index) => `etcd-${index + 1}`);
  const names = setup.names ?? usual;
  const facts = setup.facts ?? hostFacts();
  const ansible = createFakeAnsible(names, {
    cluster: prod,
    facts: { ...facts, clock: clock.now().getTime() / 1000, apiserver_runs: setup.withApi === false ? null : true },
  });
  const objects = createFakeObjects(clock, { buckets: ['main'] });
  const scratch = createFakeScratch({ diskBytes: 100 * 1024 ** 3 });
  const catalogue = catalogueWithHosts(names, setup);
  for (const [index, { name, peerUrl }] of catalogue.cluster('prod-1').restore?.members.entries() ?? []) {
    const before = usual[index] ?? '';
    if (before !== name) prod.rename(before, name, peerUrl.replace(/\/$/, ''));
  }
  const kubernetes = createFakeKubernetes(clock);
  const ports = { etcd, ansible, objects, scratch, catalogue, opener: createOpener({}), kubernetes };
  const bot = await createBot(ports);
  const plant = createBackupPlanter(objects, catalogue.cluster('prod-1'));
  const { asks, approval, plans, approves, does, refused } = approving(bot, people);
  return {
    ...{ bot, etcd, prod, ansible, objects, scratch, kubernetes, plant, names, asks, approval },
    async backup({ id = 'r-good', takenAt = new Date('2026-03-01T08:00:00Z'), isVerified = true, manifest = {} } = {}) {
      const { clusterId } = await etcd.survey('prod-1').catch(() => ({ clusterId: undefined }));
      const history = clusterId === undefined ? {} : { clusterId };
      const planted = await plantSnapshot(plant, {
        ...{ id, takenAt, etcdVersion: '3.5.30', manifest: { ...history, ...manifest } },
      });
      if (isVerified) plant.verified(planted, { revision: undefined });
      return planted;
    },
    plans: (words = latest) => plans(words),
    bundle({ plannedBy }) {
      const { file } = bot.said(plannedBy);
      return file && Buffer.from(file.base64, 'base64');
    },
    ...{ approves, does, refused },
    isHeld: async () => (await bot.leases.find(leaseTarget({ target: 'prod-1' }))) !== undefined,
    tagsDone: () => [...new Set(ansible.done.map((one) => one.split(' ')[0] ?? ''))].filter((tag) => tag !== 'look'),
    data: () => names.map((name) => ansible.host(name).data),
    isLeftAsFound() {
      bot.done();
      expect(scratch.openPlaces).toBe(0);
    },
  };
}
