import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';
import { z } from 'zod';

const Lock = z.object({
  packages: z.record(z.string(), z.object({ optionalDependencies: z.record(z.string(), z.string()).optional() })),
});

// A registry that does not serve a platform's package makes `npm install` leave it out of the lock, and `npm ci` refuses such a lock.
it('package-lock.json names every platform’s packages, so that npm ci takes it anywhere', () => {
  const text = readFileSync(resolve(import.meta.dirname, '../package-lock.json'), 'utf8');
  const { packages } = Lock.parse(JSON.parse(text));
  const wanted = Object.values(packages).flatMap((one) => Object.keys(one.optionalDependencies ?? {}));
  const isNamed = (name: string) => Object.keys(packages).some((path) => path.endsWith(`node_modules/${name}`));
  expect(wanted.length).toBeGreaterThan(10);
  expect(wanted.filter((name) => !isNamed(name))).toEqual([]);
  expect(text).not.toMatch(/"resolved": *"https?:/);
});
