import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createPageWalker, type PagesFound } from '../../../../src/ops/etcd/database/page-walker.ts';
import { cases } from '../../../cases.ts';
import { smallDatabase, smallSnapshot } from '../../../fakes/etcd/small-database.ts';

const pageBytes = 4096;

function walk(file: Uint8Array, pagesAtOnce: number): PagesFound {
  const walker = createPageWalker();
  const pieceBytes = pagesAtOnce * pageBytes;
  for (let at = 0; at < file.length; at += pieceBytes) walker.update(file.subarray(at, at + pieceBytes));
  return walker.finish();
}

const resourceOf = (key: string): string => {
  const [, , first = '', second = ''] = key.split('/');
  return first.includes('.') || first === 'services' ? `${first}/${second}` : first;
};

describe('the page walker, on a file that etcd 3.4 made', () => {
  it.each([2, 3, 7, 1_000])('agrees with etcdctl, %i pages at a time', (pagesAtOnce) => {
    const resources = Object.groupBy(smallDatabase.keys, resourceOf);
    expect(walk(smallSnapshot, pagesAtOnce)).toMatchObject({
      kind: 'exact',
      revision: smallDatabase.revision,
      keys: {
        total: smallDatabase.totalKeys,
        live: smallDatabase.keys.length,
        resources: Object.fromEntries(Object.entries(resources).map(([name, keys = []]) => [name, keys.length])),
      },
    });
  });

  // What it finds then is of no account, for the digest is wrong; but it comes before the digest is known.
  it('neither throws nor runs on for ever, whatever became of the bytes', () => {
    const changes = fc.array(fc.tuple(fc.nat(smallSnapshot.length - 1), fc.nat(255)), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(changes, fc.nat(smallSnapshot.length), (changed, end) => {
        const file = Buffer.from(smallSnapshot);
        for (const [at, byte] of changed) file.writeUInt8(byte, at);
        expect(['exact', 'unknown']).toContain(walk(file.subarray(0, end), 4).kind);
      }),
      cases(300),
    );
  });

  it('neither throws nor runs on when the heads of pages are what became of them', () => {
    const heads = fc.array(fc.tuple(fc.nat(29), fc.nat(127), fc.nat(255)), { minLength: 1, maxLength: 60 });
    fc.assert(
      fc.property(heads, (changed) => {
        const file = Buffer.from(smallSnapshot);
        for (const [page, at, byte] of changed) file.writeUInt8(byte, page * pageBytes + at);
        expect(['exact', 'unknown']).toContain(walk(file, 4).kind);
      }),
      cases(300),
    );
  });
});
