import { WebAPIRateLimitedError } from '@slack/web-api';
import { describe, expect, it } from 'vitest';
import { createGates, type Limit, NotNow, openGate, postLimit, updateLimit } from '../../src/slack/gate.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';

function setUp() {
  const clock = createFakeClock();
  const waits: number[] = [];
  const wait = async (ms: number) => {
    waits.push(ms);
    clock.advance(ms);
  };
  const gates = createGates({ outbox: createFakeOutbox(clock), clock, wait });
  /** Of a letter whose one call is made or has no turn yet: then in how many ms. */
  const turnIn = async (limit: Limit, gate = gates(0)): Promise<number> => {
    const made = await gate.through('method', limit, async () => 0).catch((error: unknown) => error);
    if (!(made instanceof NotNow)) return 0;
    return made.at.getTime() - clock.now().getTime();
  };
  return { gates, waits, turnIn };
}

describe('the gates of letters', () => {
  it('give each call that must wait a turn of its own', async () => {
    const { turnIn } = setUp();
    const turns: number[] = [];
    for (let nth = 0; nth < updateLimit.calls + 3; nth += 1) turns.push(await turnIn(updateLimit));
    expect(turns.slice(updateLimit.calls)).toEqual([60_000, 61_500, 63_000]);
  });

  it('give who had a turn, and found it taken, the next one', async () => {
    const { gates, turnIn } = setUp();
    for (let nth = 0; nth < updateLimit.calls + 20; nth += 1) await turnIn(updateLimit);
    const gate = gates(1);
    expect(await turnIn(updateLimit, gate)).toBe(60_000);
    expect(gate.wasTried()).toBe(true);
  });

  it('let another channel speak while the turn of one is not there yet', async () => {
    const { turnIn, waits } = setUp();
    expect(await turnIn(postLimit('C1'))).toBe(0);
    expect(await turnIn(postLimit('C1'))).toBe(1000);
    expect(await turnIn(postLimit('C2'))).toBe(0);
    expect(waits).toEqual([]);
  });

  it('keep together what is half said', async () => {
    const { gates, turnIn, waits } = setUp();
    const gate = gates(0);
    expect(gate.wasTried()).toBe(false);
    expect(await turnIn(postLimit('C1'), gate)).toBe(0);
    expect(gate.wasTried()).toBe(true);
    expect(await turnIn(postLimit('C1'), gate)).toBe(0);
    expect(waits).toEqual([1000]);
  });

  it('know that a 429 was not heard, and that anything else may have been', async () => {
    const { gates } = setUp();
    const [limited, cut] = [gates(0), gates(0)];
    const tooMany = new WebAPIRateLimitedError(3);
    await expect(limited.through('chat.postMessage', undefined, () => Promise.reject(tooMany))).rejects.toThrow(NotNow);
    expect(limited.wasTried()).toBe(false);
    await expect(cut.through('chat.update', undefined, () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
    expect(cut.wasTried()).toBe(true);
    const prompt = openGate(createFakeOutbox(createFakeClock()));
    await expect(prompt.through('chat.postMessage', undefined, () => Promise.reject(tooMany))).rejects.toBe(tooMany);
    expect(prompt.wasTried()).toBe(false);
  });
});
