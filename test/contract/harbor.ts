import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Harbor } from '../../src/ports/harbor.ts';

export interface AnyHarbor {
  readonly harbor: Harbor;
  stop(): Promise<void>;
}

/** What is promised of any Harbor with an image in it, its registry named 'reg'; nothing is changed. A sentence instead of one says why not. */
export function harborPromises(name: string, start: (() => Promise<AnyHarbor>) | string): void {
  if (typeof start === 'string') {
    describe.skip(`${name}: ${start}`, () => it('is not here', () => {}));
    return;
  }
  describe(name, () => {
    let any: AnyHarbor;
    let harbor: Harbor;
    beforeAll(async () => {
      any = await start();
      harbor = any.harbor;
    });
    afterAll(async () => await any?.stop());

    it('says its version, whether it is read-only, and that it is healthy', async () => {
      const { version, authMode, isReadOnly } = await harbor.system('reg');
      expect(version).toMatch(/^\d+\.\d+\.\d+$/);
      expect(authMode).toMatch(/_auth$/);
      expect(isReadOnly).toBe(false);
      const { isHealthy, components } = await harbor.health('reg');
      expect(isHealthy).toBe(true);
      expect(components.map((one) => one.name)).toContain('core');
      expect(components.filter((one) => !one.isHealthy)).toEqual([]);
    });

    it('counts what it lists', async () => {
      const { projects, repositories } = await harbor.statistics('reg');
      const contents = await Array.fromAsync(harbor.contents('reg'));
      expect(contents.length).toBe(projects);
      expect(contents.flatMap((one) => one.repositories).length).toBe(repositories);
      expect(projects).toBeGreaterThan(0);
      const names = contents.flatMap((one) => one.repositories.map((repository) => [one.project, repository.name]));
      expect(names.filter(([project, repository]) => !repository?.startsWith(`${project}/`))).toEqual([]);
      expect(new Set(names.map(String)).size).toBe(names.length);
    });

    it('gives the same sample twice, of what its registry has under that digest, and pulls it', async () => {
      const sample = await harbor.sample('reg', 5);
      expect(sample.length).toBeGreaterThan(0);
      expect(await harbor.sample('reg', 5)).toEqual(sample);
      for (const { repository, tag, digest } of sample) {
        expect(await harbor.digest('reg', repository, tag)).toBe(digest);
        expect(await harbor.digest('reg', repository, digest)).toBe(digest);
      }
      const [first] = sample;
      expect(await harbor.pull('reg', first?.repository ?? '', first?.digest ?? '')).toBeGreaterThan(0);
      expect(await harbor.digest('reg', first?.repository ?? '', 'no-such-tag')).toBeUndefined();
    });

    it('tells what runs', async () => {
      for (const { kind, id } of await harbor.jobs('reg')) {
        expect(['replication', 'gc', 'scan']).toContain(kind);
        expect(id).not.toBe('');
      }
    });
  });
}
