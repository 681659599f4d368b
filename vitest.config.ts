import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

// `unit` needs nothing but Node and ends in seconds; `servers` starts real etcd, Redis and S3 on loopback.
const servers = [
  'test/contract/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/deploy/rules.test.ts',
];

// Of these, whole runs of Ansible in all their ways and with all that may befall a host meanwhile: `npm run test:playbooks`. One restore from the
// first click to the last stays with the others (contract/restore, e2e/demo).
const playbooks = [
  'test/contract/ansible.test.ts',
  'test/contract/etcd-restore.test.ts',
  'test/contract/harbor-{bundle,dangers,hostile-host,look,mariadb,migrate,old-images,upgrade,upgrade-ways}.test.ts',
  'test/contract/restore-{hosts,playbook}.test.ts',
  'test/faults/{harbor,restore}*.test.ts',
];

// `thorough` runs only what is restored or upgraded over and over, and all processes of a large installation replaced.
const overAndOver = {
  servers: ['test/contract/{harbor-old,restore}.test.ts', 'test/faults/rolling.test.ts'],
  playbooks: [
    'test/contract/{etcd-restore,harbor-old-images,harbor-upgrade,harbor-upgrade-ways}.test.ts',
    'test/faults/{harbor,restore}*.test.ts',
  ],
};

// What takes longest by itself begins first, so that nothing long is left at the end; Vitest itself knows only of earlier runs on this machine.
const longest = [
  'faults/restore',
  'faults/harbor',
  'contract/etcd-restore',
  'contract/ansible',
  'contract/harbor-upgrade-ways',
  'contract/harbor-upgrade',
  'contract/harbor-migrate',
  'contract/harbor-dangers',
  'faults/restore-fail-over',
  'faults/approved',
  'faults/restore-steps',
  'faults/snapshot',
  'faults/queue',
  'contract/restore-playbook',
  'e2e/demo',
  'contract/objects',
  'contract/restore',
  'faults/abandoned',
  'contract/restore-hosts',
  'e2e/page',
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]) {
    const place = ({ moduleId }: TestSpecification) => {
      const nth = longest.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`));
      return nth < 0 ? longest.length : nth;
    };
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other));
  }
}

const onServers = (files: { name: string; include: string[]; exclude?: string[] }) => ({
  extends: true as const,
  test: { ...files, testTimeout: 300_000, hookTimeout: 120_000 },
});

// No test proves anything by how long it takes, so the limits only end what hangs, on the busiest machine too.
export default defineConfig(({ mode }) => {
  const isThorough = mode === 'thorough';
  // So many times as many cases of each property: 200 makes millions of test/fuzz.
  const casesFactor = Number(process.env.SALVOR_CASES ?? (isThorough ? 50 : 1));
  return {
    test: {
      // Runs of Ansible take all of two cores: more files at once only make each of them late. One number for all, so that short unit tests
      // fill what the servers leave idle at the end.
      maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
      sequence: { sequencer: LongestFirst },
      // The processes that tests start, a few hundred, take half the time to start with what the first ones compiled.
      env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
      expect: { poll: { timeout: 40_000 } },
      // Nothing of Salvor keeps state in a module, so files share a thread or a process and what it has loaded: half the time of loading it for each.
      isolate: false,
      provide: { casesFactor },
      projects: [
        {
          extends: true,
          test: {
            ...{ name: 'unit', include: ['test/**/*.test.ts'], exclude: servers, pool: 'threads' },
            ...{ testTimeout: casesFactor > 1 ? 36_000_000 : 30_000, hookTimeout: 30_000 },
          },
        },
        onServers({ name: 'servers', include: isThorough ? overAndOver.servers : servers, exclude: playbooks }),
        onServers({ name: 'playbooks', include: isThorough ? overAndOver.playbooks : playbooks }),
      ],
    },
  };
});
