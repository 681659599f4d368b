import { describe, expect, it } from 'vitest';
import { hostOf, lockOfAnnotation, lockOfLease, newerOf } from '../../../../src/ops/kubernetes/leaders/lock.ts';
import { listsIn } from '../../../recordings/recordings.ts';

const leases = '/apis/coordination.k8s.io/v1/namespaces/kube-system/leases';
const scheduler = (items: readonly unknown[]) => items.map(lockOfLease).find(({ name }) => name === 'kube-scheduler');

describe('who leads, as a real API server told it', () => {
  it('is read from Leases, with when they were renewed by its clock', () => {
    for (const { items, at } of listsIn('leaders-lease', leases)) {
      const lock = scheduler(items);
      if (!lock) continue;
      expect(lock).toMatchObject({ kind: 'Lease', durationMs: 15_000 });
      expect(hostOf(lock)).toMatch(/^cp-[12]$/);
      expect(Math.abs(at.getTime() - (lock.renewedAt?.getTime() ?? 0))).toBeLessThan(5000);
    }
  });

  it('changes hands, which is counted', () => {
    const seen = listsIn('leaders-lease', leases).flatMap(({ items }) => scheduler(items) ?? []);
    const [first, last] = [seen[0], seen.at(-1)];
    expect(hostOf(first ?? { holder: undefined })).not.toBe(hostOf(last ?? { holder: undefined }));
    expect(last?.transitions).toBeGreaterThan(first?.transitions ?? 0);
  });

  it.each([
    ['Endpoints', '/api/v1/namespaces/kube-system/endpoints'],
    ['ConfigMap', '/api/v1/namespaces/kube-system/configmaps'],
  ] as const)('is read from the annotation on %s', (kind, path) => {
    const [list] = listsIn('leaders-legacy', path);
    const locks = list?.items.flatMap((item) => lockOfAnnotation(kind, item) ?? []);
    expect(locks).toMatchObject([{ name: 'kube-controller-manager', kind, durationMs: 15_000 }]);
    expect(locks?.[0]?.holder).toMatch(/^cp-\d_/);
  });
});

describe('a lock', () => {
  it('whose holder let go on purpose has none', () => {
    const lock = lockOfLease({
      metadata: { name: 'kube-scheduler' },
      spec: { holderIdentity: '', leaseDurationSeconds: 1, renewTime: '2026-11-23T16:43:26.000000Z' },
    });
    expect(lock).toMatchObject({ holder: undefined, renewedAt: new Date('2026-11-23T16:43:26Z') });
    expect(hostOf(lock)).toBeUndefined();
  });

  it('nobody has taken yet is one all the same', () => {
    expect(lockOfLease({ metadata: { name: 'x' } })).toMatchObject({ holder: undefined, transitions: 0 });
  });

  it('of an object without the annotation is none, and one that is broken is told of', () => {
    expect(lockOfAnnotation('Endpoints', { metadata: { name: 'kubernetes' } })).toBeUndefined();
    const broken = { metadata: { name: 'x', annotations: { 'control-plane.alpha.kubernetes.io/leader': '{' } } };
    expect(() => lockOfAnnotation('ConfigMap', broken)).toThrow(SyntaxError);
  });

  it('written down in two ways is the one that is kept up', () => {
    const at = (renewTime: string, holderIdentity: string) =>
      lockOfLease({ metadata: { name: 'x' }, spec: { holderIdentity, renewTime } });
    const [old, kept] = [at('2026-01-01T00:00:00Z', 'cp-1_a'), at('2026-02-01T00:00:00Z', 'cp-2_b')];
    expect([newerOf(old, kept), newerOf(kept, old)]).toEqual([kept, kept]);
  });
});
