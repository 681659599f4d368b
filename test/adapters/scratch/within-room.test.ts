import { describe, expect, it } from 'vitest';
import { withinRoom } from '../../../src/adapters/scratch/within-room.ts';

const mebibyte = 1024 ** 2;

/** Passes so many MiB of a file that was expected to have three; answers how many passed, and what room was asked for when. */
async function passing(mebibytes: number, mostMebibytes = Number.POSITIVE_INFINITY) {
  const piece = Buffer.alloc(mebibyte);
  const seen = { passed: 0, wasLetGo: false, asked: [] as (readonly [number, number])[] };
  const source = async function* () {
    try {
      for (let count = 0; count < mebibytes; count++) yield piece;
    } finally {
      seen.wasLetGo = true;
    }
  };
  const ask = async (bytes: number) => {
    seen.asked.push([seen.passed, bytes / mebibyte]);
    if (bytes > mostMebibytes * mebibyte) throw new Error('no room');
  };
  const drain = async () => {
    for await (const _ of withinRoom(source(), 3 * mebibyte, ask)) seen.passed += 1;
  };
  const error = await drain().catch((thrown: unknown) => thrown);
  return { ...seen, error };
}

describe('a file passes', () => {
  it('without a question while it is as long as expected', async () => {
    expect(await passing(3)).toMatchObject({ passed: 3, asked: [], error: undefined });
  });

  it('no byte beyond the room that was asked for', async () => {
    expect((await passing(600)).asked).toEqual([
      [3, 259],
      [259, 515],
      [515, 771],
    ]);
  });

  it('no further once there is no room, and is let go', async () => {
    const { passed, wasLetGo, error } = await passing(Number.POSITIVE_INFINITY, 515);
    expect({ passed, wasLetGo, error }).toEqual({ passed: 515, wasLetGo: true, error: new Error('no room') });
  });
});
