import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { type EtcdCluster, type EtcdSetup, startEtcd } from '../../sandbox/etcd.ts';
import { createEtcd, type EtcdConnection } from '../../src/adapters/etcd.ts';
import { readAll } from './etcd.ts';

/** A directory for the tests of a file. */
export function directoryOf(name: string): () => string {
  let directory: string | undefined;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), `salvor-${name}-`));
  });
  afterAll(() => rm(directory ?? '', { recursive: true, force: true }));
  return () => {
    if (directory === undefined) throw new Error('too early');
    return directory;
  };
}

/** Starts one member for the tests of a `describe`: members are cheap, clusters are not. */
export function oneMember(directory: () => string, name: string, setup: () => Partial<EtcdSetup> = () => ({})) {
  let started: EtcdCluster | undefined;
  beforeAll(async () => {
    started = await startEtcd({ directory: join(directory(), name), members: 1, ...setup() });
  });
  afterAll(() => started?.stop());
  return (): EtcdCluster => {
    if (!started) throw new Error(`${name} has not started`);
    return started;
  };
}

/** Comes to a member in this way; leaves when the test is over. */
export function visit(endpoint: string, connection: Partial<EtcdConnection> = {}) {
  const etcd = createEtcd({ it: { endpoints: [endpoint], ...connection } });
  onTestFinished(() => etcd.close());
  return {
    survey: () => etcd.survey('it'),
    certificates: (endpoints?: readonly string[]) => etcd.certificates('it', { endpoints }),
    vitals: () => etcd.vitals('it', [endpoint]),
    revision: () => etcd.revision('it', endpoint),
    open: () => etcd.snapshot('it', endpoint),
    defragment: (timeLimitMs = 20_000) => etcd.defragment('it', endpoint, { timeLimitMs }),
    snapshot: async () => readAll(await etcd.snapshot('it', endpoint)),
  };
}

export const endpointOf = (cluster: EtcdCluster): string => cluster.member(0).endpoint;
