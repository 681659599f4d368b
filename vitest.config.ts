import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { defineConfig } from 'vitest/config';

// `unit` needs nothing but Node and ends in seconds; `servers` starts real etcd, Redis and S3 on loopback.
const servers = [
  'test/contract/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/deploy/rules.test.ts',
];

// No test proves anything by how long it takes, so the limits only end what hangs, on the busiest machine too.
export default defineConfig(({ mode }) => {
  const isThorough = mode === 'thorough';
  // Nothing of Salvor keeps state in a module, so files share a thread and what it has loaded: half the time of loading it for each.
  const shared = { pool: 'threads', isolate: false } as const;
  return {
    test: {
      // One number for all, so that short unit tests fill what the servers leave idle at the end.
      maxWorkers: Math.max(2, Math.floor(availableParallelism() / 2)),
      // The processes that tests start, a few hundred, take half the time to start with what the first ones compiled.
      env: { NODE_COMPILE_CACHE: join(import.meta.dirname, 'node_modules/.cache/compiled') },
      expect: { poll: { timeout: 20_000 } },
      provide: { casesFactor: isThorough ? 50 : 1 },
      projects: [
        {
          extends: true,
          test: {
            ...{ name: 'unit', include: ['test/**/*.test.ts'], exclude: servers, ...shared },
            ...{ testTimeout: isThorough ? 3_600_000 : 30_000, hookTimeout: 30_000 },
          },
        },
        {
          extends: true,
          test: { name: 'servers', include: servers, testTimeout: 60_000, hookTimeout: 120_000 },
        },
      ],
    },
  };
});
