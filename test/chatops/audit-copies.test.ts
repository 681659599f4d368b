import { beforeEach, describe, expect, it } from 'vitest';
import { chained } from '../../src/chatops/audit-chain.ts';
import { type Copied, copyAudit, nothingCopied, verifyCopies } from '../../src/chatops/audit-copies.ts';
import type { AuditEntry } from '../../src/ports/audit.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeObjects, type FakeObjects } from '../fakes/objects.ts';

const clock = createFakeClock();
const place = { bucket: 'audit', prefix: 'salvor-audit', retainDays: 30 };
const key = (name: string) => `salvor-audit/${name}.jsonl`;

/** What Redis holds: one list that anybody who may write there can do anything to. */
let record: AuditEntry[];
let objects: FakeObjects;
const audit = {
  async *all(after = 0) {
    if (after < record.length) yield record.slice(after);
  },
};

function say(count: number, what = 'voted'): void {
  for (let left = count; left > 0; left -= 1) {
    const event = { kind: 'vote', target: 'prod-1', by: 'person U0BOB (Bob)', what } as const;
    record.push(chained(event, clock.now(), record.at(-1)));
  }
}
const copy = (known: Copied = nothingCopied) => copyAudit({ audit, objects, clock, place }, known);
const verify = () =>
  verifyCopies(
    { objects, place },
    record.map(({ hash }) => hash),
  );

beforeEach(() => {
  record = [];
  objects = createFakeObjects(clock, { buckets: ['audit'], locking: ['audit'] });
});

describe('copying the audit', () => {
  it('keeps each range once, under a name that sorts, locked against everybody', async () => {
    say(3);
    const first = await copy();
    expect(first).toMatchObject({
      copied: { seq: 3, hash: record[2]?.hash },
      stored: [key('000000000001-000000000003')],
    });
    expect((await copy(first.copied)).stored).toEqual([]);
    say(2);
    const second = await copy(first.copied);
    expect(second.stored).toEqual([key('000000000004-000000000005')]);
    const lines =
      objects
        .peek({ bucket: 'audit', key: second.stored[0] ?? '' })
        ?.toString()
        .split('\n') ?? [];
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ seq: 4, previous: record[2]?.hash });
    const until = new Date(clock.now().getTime() + 30 * 86_400_000);
    expect(await objects.lockOf({ bucket: 'audit', key: second.stored[0] ?? '' })).toEqual({
      retention: { mode: 'compliance', until },
      legalHold: false,
    });
    expect(await verify()).toEqual({ from: 1, upTo: 5 });
  });

  it('goes on after a restart where the copies end, also where another bot made them', async () => {
    say(3);
    await copy();
    say(1);
    expect((await copy()).stored).toEqual([key('000000000004-000000000004')]);
    say(1);
    expect((await copy(nothingCopied)).stored).toEqual([key('000000000005-000000000005')]);
  });

  it('is harmless when two bots do it at once, whether they see the same or not', async () => {
    say(3);
    const both = await Promise.all([copy(), copy()]);
    expect(both.map(({ broken, copied }) => [broken, copied.seq])).toEqual([
      [undefined, 3],
      [undefined, 3],
    ]);
    expect(objects.versions({ bucket: 'audit', key: key('000000000001-000000000003') })).toBe(1);
    // One that was slower saw more.
    say(1);
    objects.plant({ bucket: 'audit', key: key('000000000002-000000000004') }, jsonLines(record.slice(1)));
    expect(await copy(both[0].copied)).toMatchObject({ copied: { seq: 4 }, stored: [] });
    expect(await verify()).toEqual({ from: 1, upTo: 4 });
  });

  it.each<[string, () => void, RegExp]>([
    ['the end was cut off', () => record.splice(2), /ends before entry 3, which was copied/],
    ['all of it was wiped', () => record.splice(0), /ends before entry 3/],
    [
      'it was written anew',
      () => {
        record = [];
        say(5, 'something else');
      },
      /Entry 3 of the audit is not what its copy says/,
    ],
    [
      'what follows is broken',
      () => {
        say(2);
        record.splice(3, 1);
      },
      /Entry 4 of the audit is broken/,
    ],
  ])('copies nothing more once %s, and says so', async (_, damage, why) => {
    say(3);
    const { copied } = await copy();
    damage();
    const round = await copy(copied);
    expect(round).toMatchObject({ copied: { seq: 3 }, stored: [], broken: expect.stringMatching(why) });
    expect(await copy()).toMatchObject({ broken: round.broken });
  });

  it('says so where something else lies under the name of a copy', async () => {
    say(2);
    const name = key('000000000001-000000000002');
    const other = [chained({ kind: 'vote', target: 'x', by: 'y', what: 'z' }, clock.now(), undefined)];
    objects.plant({ bucket: 'audit', key: name }, jsonLines(other));
    expect((await copy()).broken).toBe(`The copy ${name} is not what was written there.`);
  });

  it('needs no bucket with Object Lock', async () => {
    objects = createFakeObjects(clock, { buckets: ['audit'] });
    say(1);
    const { stored } = await copyAudit(
      { audit, objects, clock, place: { ...place, retainDays: undefined } },
      nothingCopied,
    );
    expect(stored).toHaveLength(1);
  });
});

describe('holding the audit against its copies', () => {
  beforeEach(async () => {
    say(3);
    const { copied } = await copy();
    say(3);
    await copy(copied);
  });

  it('agrees while the newest entries are not copied yet, and once the oldest copies are gone', async () => {
    say(1);
    expect(await verify()).toEqual({ from: 1, upTo: 6 });
    objects = await without(key('000000000001-000000000003'));
    expect(await verify()).toEqual({ from: 4, upTo: 6 });
  });

  it('reads what is locked, whatever was put over it', async () => {
    const honest = record;
    record = [];
    say(6, 'something else');
    for (const [name, entries] of [
      ['000000000001-000000000003', record.slice(0, 3)],
      ['000000000004-000000000006', record.slice(3)],
    ] as const)
      objects.plant({ bucket: 'audit', key: key(name) }, jsonLines(entries));
    expect((await verify()).broken).toMatch(/^Entry 1 is not what its copy says/);
    record = honest;
    expect(await verify()).toEqual({ from: 1, upTo: 6 });
  });

  it.each<[string, () => void | Promise<void>, RegExp]>([
    [
      'the end was cut off',
      () => void record.splice(4),
      /^Its end was cut off: copies go on to entry 6, and it ends at 4\.$/,
    ],
    ['it was wiped', () => void record.splice(0), /copies go on to entry 6, and it ends at 0/],
    [
      'it was written anew, whole',
      () => {
        record = [];
        say(9, 'other');
      },
      /^Entry 1 is not what its copy says/,
    ],
    [
      'a copy in the middle is gone',
      async () => {
        say(1);
        await copy();
        objects = await without(key('000000000004-000000000006'));
      },
      /^No copy holds entries 4 to 6\.$/,
    ],
    [
      'a copy that nothing locks was changed',
      async () => {
        objects = await without('nothing');
        objects.plant({ bucket: 'audit', key: key('000000000004-000000000006') }, jsonLines(record.slice(3, 5)));
      },
      /^The copy .*4-000000000006\.jsonl is not what was written there\.$/,
    ],
  ])('finds that %s', async (_, damage, why) => {
    await damage();
    expect((await verify()).broken).toMatch(why);
  });
});

const jsonLines = (entries: readonly AuditEntry[]) =>
  Buffer.from(entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''));

/** As once a lock has ended. */
async function without(gone: string): Promise<FakeObjects> {
  const left = createFakeObjects(clock, { buckets: ['audit'] });
  for (const key of objects.keys('audit').filter((key) => key !== gone))
    left.plant({ bucket: 'audit', key }, objects.peek({ bucket: 'audit', key }) ?? Buffer.of());
  return left;
}
