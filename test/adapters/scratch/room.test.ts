import { describe, expect, it } from 'vitest';
import { createRoom, type Disk } from '../../../src/adapters/scratch/room.ts';

const gibibyte = 1024 ** 3;

/** A disk of ten GiB, and what lies on it. */
function diskOfTen() {
  const files = new Map<string, number>();
  const all = () => [...files.values()].reduce((sum, bytes) => sum + bytes, 0);
  const disk: Disk = {
    name: '/scratch',
    freeBytes: async () => 10 * gibibyte - all(),
    usedBytes: async (directory) => files.get(directory) ?? 0,
  };
  const room = createRoom(disk);
  return {
    write: (directory: string, gibibytes: number) => void files.set(directory, gibibytes * gibibyte),
    take: (gibibytes: number, signal?: AbortSignal) => room.take(gibibytes * gibibyte, signal),
  };
}

/** Whether it has come to its end by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  const later = new Promise((resolve) => setImmediate(resolve, 'later'));
  return (await Promise.race([promise.catch(() => undefined), later])) !== 'later';
}

describe('room on a disk', () => {
  it('is refused where there is too little', async () => {
    await expect(diskOfTen().take(11)).rejects.toMatchObject({
      message: 'Trying this backup out takes about 11.0 GiB in /scratch, and 10.0 GiB are free there.',
      next: 'Free some, or name a larger disk in salvor.yaml: drill.directory.',
    });
  });

  it('is promised once: the second waits for it until the first gives it back', async () => {
    const { take } = diskOfTen();
    const first = await take(6);
    const second = take(6);
    expect(await isSettled(second)).toBe(false);
    first.giveBack();
    first.giveBack();
    (await second).giveBack();
  });

  it('is promised once to two who ask at the same moment', async () => {
    const { take } = diskOfTen();
    const asked = [take(6), take(6)];
    const first = await Promise.race(asked);
    expect(await Promise.all(asked.map(isSettled))).toEqual([true, false]);
    first.giveBack();
    (await Promise.all(asked)).at(-1)?.giveBack();
  });

  it('counts what was promised and taken once, not twice', async () => {
    const { take, write } = diskOfTen();
    const first = await take(5);
    first.liesIn('a');
    write('a', 5);
    await take(5);
  });

  it('that is still to be taken by another is not free', async () => {
    const { take, write } = diskOfTen();
    const first = await take(6);
    first.liesIn('a');
    write('a', 2);
    const second = take(5);
    expect(await isSettled(second)).toBe(false);
    write('a', 0);
    first.giveBack();
    await second;
  });

  it('is not waited for where there would be too little without the others too', async () => {
    const { take, write } = diskOfTen();
    const first = await take(6);
    first.liesIn('a');
    write('a', 2);
    await expect(take(11)).rejects.toThrow('takes about 11.0 GiB');
  });

  it('is waited for no longer than wanted', async () => {
    const { take } = diskOfTen();
    await take(6);
    const stop = new AbortController();
    const second = take(6, stop.signal);
    expect(await isSettled(second)).toBe(false);
    stop.abort(new Error('cancelled by alice'));
    await expect(second).rejects.toThrow('cancelled by alice');
    await take(4);
  });

  it('grows while there is some, also into what was taken of it', async () => {
    const { take, write } = diskOfTen();
    const first = await take(4);
    first.liesIn('a');
    write('a', 4);
    await first.growTo(10 * gibibyte);
    await expect(first.growTo(11 * gibibyte)).rejects.toMatchObject({
      message:
        'Unpacked, this backup is larger than its size let expect: trying it out takes 11.0 GiB in /scratch or more, and it can have 10.0 GiB there. It was left before the disk was full.',
    });
  });

  it('does not grow into what another was promised', async () => {
    const { take } = diskOfTen();
    const [first, second] = [await take(4), await take(4)];
    await expect(first.growTo(7 * gibibyte)).rejects.toThrow('it can have 6.0 GiB there');
    second.giveBack();
    await first.growTo(7 * gibibyte);
    expect(await isSettled(take(4))).toBe(false);
  });
});
