import { describe, expect, it } from 'vitest';
import { manifestFiles } from '../../../../../src/ops/kubernetes/upgrade/observe/manifest-files.ts';
import { leastBusyMs } from '../../../../contract/longest-busy.ts';

/** Of this thread's processor, in one go. */
const mostMs = 250;

const good = { name: 'good.yaml', text: 'apiVersion: batch/v1beta1\nkind: CronJob\nmetadata: {name: a}\n' };
const known = {
  name: 'good.yaml',
  kinds: { known: [{ apiVersion: 'batch/v1beta1', kind: 'CronJob', name: 'a' }] },
};
const characters = 128 * 1024;
const filled = (with_: string) => with_.repeat(characters / with_.length);
const inMetadata = (text: string) => `apiVersion: v1\nkind: A\nmetadata: ${text}`;

describe('files that somebody gave', () => {
  it.each([
    ['quotes', filled('"')],
    ['commas in a list', inMetadata(`[${filled(',')}]`)],
    ['brackets that close nothing', filled(']')],
    ['aliases of nothing', filled('* ')],
  ])('hold nobody who does not wait for them, and the others are read: %s', async (_, text) => {
    let files: unknown;
    const busyMs = await leastBusyMs(mostMs, async () => {
      files = await manifestFiles([good, { name: 'bad.yaml', text }, good], { limitMs: 500 });
    });
    expect(files).toEqual([
      known,
      {
        name: 'bad.yaml',
        kinds: {
          gap: {
            what: 'what is in bad.yaml',
            needs: 'It is not read: it takes longer than 500 ms. Give it in parts, as kubectl prints it.',
          },
        },
      },
      known,
    ]);
    expect(busyMs).toBeLessThan(mostMs);
  });

  it.each([
    ['brackets', filled('[')],
    // Read to its end or given up, as fast as the machine is.
    ['escapes that there are not', inMetadata(`"${filled('\\q')}"`)],
    ['a list in a list', inMetadata('['.repeat(characters / 2) + ']'.repeat(characters / 2))],
    ['a list in a list in JSON', '['.repeat(characters / 2) + ']'.repeat(characters / 2)],
    ['a quote that does not end', inMetadata(`"${filled('x\n  ')}`)],
    ['keys', inMetadata(Array.from({ length: characters / 8 }, (_, nth) => `\n  k${nth}: `).join(''))],
    ['anchors', inMetadata(Array.from({ length: characters / 8 }, (_, nth) => `\n  k${nth}: &a 1`).join(''))],
    ['documents', filled('---\n')],
    ['tabs', inMetadata(filled('\n\t'))],
    ['a list told a hundred times', list(`&a ${list(filled('{kind: A, apiVersion: v1},'))}, ${'*a,'.repeat(99)}`)],
  ])('do no harm by %s', async (_, text) => {
    let files: unknown;
    const busyMs = await leastBusyMs(mostMs, async () => {
      files = await manifestFiles([{ name: 'odd.yaml', text }, good]);
    });
    expect(files).toEqual([expect.objectContaining({ name: 'odd.yaml' }), known]);
    expect(busyMs).toBeLessThan(mostMs);
  });

  it('may take only so much memory', async () => {
    const greedy = { name: 'greedy.yaml', text: filled('{a: ').repeat(4) };
    expect(await manifestFiles([greedy, good], { mostHeapMb: 32, limitMs: 60_000 })).toEqual([
      {
        name: 'greedy.yaml',
        kinds: {
          gap: {
            what: 'what is in greedy.yaml',
            needs: 'It is not read: it takes more memory than there is for it. Give it in parts, as kubectl prints it.',
          },
        },
      },
      known,
    ]);
  });

  it('are read to the last, however many', async () => {
    const many = Array.from({ length: 50 }, () => good);
    expect(await manifestFiles(many)).toEqual(many.map(() => known));
    expect(await manifestFiles([])).toEqual([]);
  });
});

function list(items: string): string {
  return `{kind: List, apiVersion: v1, items: [${items}]}`;
}
