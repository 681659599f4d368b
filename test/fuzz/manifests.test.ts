import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { z } from 'zod';
import { manifestBytes, parseManifest } from '../../src/ops/etcd/backup/manifest.ts';
import { manifestFile } from '../../src/ops/kubernetes/upgrade/observe/manifest-file.ts';
import { cases } from '../cases.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { aManifest } from '../fakes/manifests.ts';
import { anyJson, anyText } from './texts.ts';

describe('a manifest of a backup', () => {
  const plain: Record<string, unknown> = JSON.parse(
    Buffer.from(manifestBytes(aManifest(clusterOf(), { id: 'r-1', takenAt: new Date(0) }))).toString(),
  );

  it('is read as it was written, or is none', () => {
    const member = fc.constantFrom(...Object.keys(plain), '__proto__', 'more');
    fc.assert(
      fc.property(fc.dictionary(member, anyJson, { maxKeys: 3 }), (changes) => {
        try {
          const manifest = parseManifest(JSON.stringify({ ...plain, ...changes }));
          expect(parseManifest(Buffer.from(manifestBytes(manifest)).toString())).toEqual(manifest);
        } catch (error) {
          expect(error).toBeInstanceOf(z.ZodError);
        }
      }),
      cases(1000),
    );
  });

  it('is none where it is no JSON', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(() => parseManifest(text)).toThrow();
      }),
      cases(500),
    );
  });
});

describe('what is given to `upgrade`', () => {
  const object = fc.record({
    apiVersion: fc.oneof(fc.constantFrom('v1', 'batch/v1beta1'), anyText),
    kind: fc.oneof(fc.constantFrom('List', 'CronJob', 'Secret'), anyText),
    metadata: fc.oneof(fc.record({ name: anyText, namespace: anyText }), anyJson),
    items: anyJson,
    data: fc.constant({ password: 'aHVzaA-Zq8Kd7' }),
  });
  const files = fc.oneof(
    anyText,
    anyJson.map((value) => stringify(value)),
    fc.array(object, { maxLength: 4 }).map((all) => all.map((one) => stringify(one)).join('---\n')),
    fc.array(object, { maxLength: 4 }).map((items) => JSON.stringify({ apiVersion: 'v1', kind: 'List', items })),
    fc
      .array(
        fc.constantFrom('&a ', '*a', '- ', 'a: ', '\n', '[', ']', '{', '}', ',', '? ', '!!map ', '<<: *a', '|', '"'),
        {
          maxLength: 60,
        },
      )
      .map((all) => all.join('')),
  );

  it('is read or is a gap, is no larger than it may be, and keeps no secret', () => {
    fc.assert(
      fc.property(files, (text) => {
        const { kinds } = manifestFile('a.yaml', text);
        const said = JSON.stringify(kinds);
        expect('known' in kinds || 'gap' in kinds).toBe(true);
        if ('known' in kinds) expect(said.length).toBeLessThanOrEqual(10 * (text.length + 1) + 20);
        expect(said).not.toContain('Zq8Kd7');
      }),
      cases(1500),
    );
  });

  it.each([
    [
      'aliases of aliases',
      Array.from({ length: 12 }, (_, n) => `a${n}: &a${n} [${n ? `*a${n - 1},`.repeat(10) : '1'}]`).join('\n'),
    ],
    ['lists in lists without end', '['.repeat(20_000)],
  ])('is a gap where it is %s', (_, text) => {
    expect(manifestFile('a.yaml', text).kinds).toHaveProperty('gap');
  });
});
