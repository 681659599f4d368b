import { describe, expect, it } from 'vitest';
import { Interruption, unlessCancelled } from '../../src/chatops/interruption.ts';

describe('work that cannot be stopped half way', () => {
  it.each(['stopping', 'superseded'] as const)('is left when its run is %s', (kind) => {
    const stop = new AbortController();
    const signal = unlessCancelled(stop.signal);
    expect(signal.aborted).toBe(false);
    const interruption = new Interruption(kind);
    stop.abort(interruption);
    expect(signal.reason).toBe(interruption);
    expect(unlessCancelled(stop.signal).reason).toBe(interruption);
  });

  it('is waited for when a person asks to stop', () => {
    const stop = new AbortController();
    const signal = unlessCancelled(stop.signal);
    stop.abort(new Interruption('cancelled'));
    expect(signal.aborted).toBe(false);
    expect(unlessCancelled(stop.signal).aborted).toBe(false);
  });
});
