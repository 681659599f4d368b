import { describe, expect, it } from 'vitest';
import { Interruption, unless } from '../../src/chatops/interruption.ts';

describe('work that cannot be stopped half way', () => {
  it.each(['stopping', 'superseded'] as const)('is left when its run is %s', (kind) => {
    const stop = new AbortController();
    const signal = unless(stop.signal, 'cancelled');
    expect(signal.aborted).toBe(false);
    const interruption = new Interruption(kind);
    stop.abort(interruption);
    expect(signal.reason).toBe(interruption);
    expect(unless(stop.signal, 'cancelled').reason).toBe(interruption);
  });

  it.each(['cancelled', 'stopping'] as const)('is waited for when its run is %s, which it is told to bear', (kind) => {
    const stop = new AbortController();
    const signal = unless(stop.signal, 'cancelled', 'stopping');
    stop.abort(new Interruption(kind));
    expect(signal.aborted).toBe(false);
    expect(unless(stop.signal, 'cancelled', 'stopping').aborted).toBe(false);
  });
});
