import { describe, expect, it } from 'vitest';
import type { Text } from '../../../../src/chatops/report.ts';
import { nextOfOpen, pastUpgrades, upgradeFacts } from '../../../../src/ops/harbor/status/past-upgrades.ts';
import type { PastWork } from '../../../../src/ports/history.ts';
import { decidedOf } from '../upgrade/decided.ts';

const done: PastWork = {
  ...{ approval: 'a-1', run: 'r-1', mode: 'run', state: 'done', at: new Date('2026-11-01T08:00:00Z'), by: 'alice' },
  ...{ isPaused: false, hasChanged: true, isHeld: false, payload: { decided: decidedOf() } },
};
const paused: PastWork = { ...done, approval: 'a-2', run: 'r-2', isPaused: true, isHeld: true, title: 'It waits' };

function plain(text: Text): string {
  if (typeof text === 'string') return text;
  return text
    .map((piece) => (typeof piece === 'string' ? piece : 'time' in piece ? piece.time : Object.values(piece).join()))
    .join('');
}

function told(...work: readonly PastWork[]): Record<string, string> {
  return Object.fromEntries(upgradeFacts(pastUpgrades(work)).map(({ label, value }) => [label, plain(value)]));
}

describe('the last upgrade', () => {
  it('is told with its way, its end, who asked, and its run', () => {
    expect(told(done)).toEqual({
      'Last upgrade': '2.10.3 → 2.12.4 → 2.14.1, 2026-11-01T08:00:00.000Z, asked for by alice, run r-1',
    });
  });

  it('is none where none is on record', () => {
    expect(told()).toEqual({ 'Last upgrade': 'none on record here' });
  });

  it('may have been taken back', () => {
    expect(told({ ...done, mode: 'rollback' })['Last upgrade']).toMatch(/→ 2\.14\.1: rolled back, /);
  });

  it('is not one that ended before it changed anything', () => {
    const failed: PastWork = { ...done, run: 'r-9', state: 'failed', hasChanged: false };
    expect(told(failed, done)['Last upgrade']).toMatch(/run r-1$/);
    expect(told(failed)).toEqual({ 'Last upgrade': 'none on record here' });
  });

  it('is told all the same where its payload is of another Salvor', () => {
    expect(told({ ...done, payload: { hops: 2 } })['Last upgrade']).toMatch(/^an unknown way, /);
  });
});

describe('one that is not at its end', () => {
  const open = (work: PastWork) => told(work, done)['Upgrade not at its end'];

  it('stands beside the last that is', () => {
    expect(Object.keys(told(paused, done))).toEqual(['Upgrade not at its end', 'Last upgrade']);
    expect(told(paused, done)['Last upgrade']).toMatch(/run r-1$/);
  });

  it.each<readonly [string, Partial<PastWork>, RegExp]>([
    ['waits between hops', {}, /2\.14\.1: waits between two versions, .*run r-2\. It waits$/],
    ['stopped half-way', { state: 'failed', isPaused: false }, /stopped half-way/],
    ['was stopped by somebody', { state: 'cancelled', isPaused: false }, /stopped half-way/],
    ['stopped while it was taken back', { state: 'failed', isPaused: false, mode: 'rollback' }, /stopped half-way/],
    ['is under way', { state: 'running', isPaused: false }, /2\.14\.1: under way, /],
    ['is nobody’s any more', { isHeld: false }, /Nobody holds the registry for it any more: look at its host/],
  ])('%s', (_, changes, says) => {
    expect(open({ ...paused, ...changes })).toMatch(says);
  });

  it('is not told of once another has come to its end since', () => {
    expect(told(done, paused)).not.toHaveProperty('Upgrade not at its end');
  });

  it.each<readonly [string, Partial<PastWork>, string | undefined]>([
    ['both ways while it is held', {}, 'Go on with it: resume a-2 — or take it back: rollback a-2'],
    ['nothing while it is under way', { state: 'running', isPaused: false }, undefined],
    ['nothing once it was released: neither would be taken', { isHeld: false }, undefined],
  ])('offers %s', (_, changes, next) => {
    const offered = nextOfOpen(pastUpgrades([{ ...paused, ...changes }]));
    expect(offered && plain(offered)).toBe(next);
  });
});
