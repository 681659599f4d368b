import { defineConfig } from 'vitest/config';

// `unit` needs nothing but Node and ends in seconds; `servers` starts real etcd, Redis and S3 on loopback.
const servers = [
  'test/contract/**/*.test.ts',
  'test/e2e/**/*.test.ts',
  'test/faults/**/*.test.ts',
  'test/deploy/rules.test.ts',
];

export default defineConfig({
  test: {
    projects: [
      { test: { name: 'unit', include: ['test/**/*.test.ts'], exclude: servers } },
      { test: { name: 'servers', include: servers, testTimeout: 60_000, hookTimeout: 120_000, maxWorkers: 2 } },
    ],
  },
});
