import { readdirSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createScratch } from '../../src/adapters/scratch.ts';
import { createFakeScratch } from '../fakes/scratch.ts';
import { describeScratch } from './scratch.ts';
import { programDirectories } from './scratch-lab.ts';

const mebibyte = 1024 ** 2;

describeScratch('in memory', async () => {
  const scratch = createFakeScratch();
  const cramped = createFakeScratch({ diskBytes: 4 * mebibyte });
  const cleared = () => expect(scratch.openPlaces + cramped.openPlaces).toBe(0);
  return { scratch, cramped, cleared, close: async () => undefined };
});

describeScratch('etcd on this machine', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-test-'));
  return {
    scratch: createScratch({ directory, programs: programDirectories }),
    cramped: createScratch({ directory, programs: programDirectories, freeBytes: async () => 200 * mebibyte }),
    cleared: () => expect(readdirSync(directory)).toEqual([]),
    close: () => rm(directory, { recursive: true }),
  };
});
