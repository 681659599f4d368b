import { describe, expect, it } from 'vitest';
import { assess } from '../../../../src/ops/kubernetes/upgrade/assess.ts';
import type { Severity } from '../../../../src/ops/kubernetes/upgrade/finding.ts';
import { hops } from '../../../../src/ops/kubernetes/upgrade/hops.ts';
import type { Observed } from '../../../../src/ops/kubernetes/upgrade/observed.ts';
import { verdictCode, verdictInWords, verdictOf } from '../../../../src/ops/kubernetes/upgrade/verdict.ts';
import { gap, instance, known, member, node, settings, well } from './observed.ts';

const finding = (severity: Severity, nth: number) => ({ severity, subject: `thing ${nth}` });

describe('a verdict', () => {
  it.each<[readonly Severity[], string, number]>([
    [[], 'ready', 0],
    [['note', 'warning'], 'ready', 0],
    [['blocker'], '1 blocker', 2],
    [['blocker', 'warning', 'blocker'], '2 blockers', 2],
    [['unknown'], 'unknown because nobody could see thing 0', 3],
    [['warning', 'unknown', 'unknown'], 'unknown because nobody could see thing 1; thing 2', 3],
    [['blocker', 'unknown'], '1 blocker, and 1 thing not seen', 2],
  ])('on %j is “%s”, %i for a script', (severities, words, code) => {
    const verdict = verdictOf(severities.map(finding));
    expect(verdictInWords(verdict)).toBe(words);
    expect(verdictCode(verdict)).toBe(code);
  });
});

const verdicts = (observed: Observed, from: string, to: string) => {
  const { hops: all, verdict } = assess(observed, hops(from, to));
  return { hops: all.map((one) => verdictInWords(one.verdict)), all: verdictInWords(verdict) };
};

describe('an assessment', () => {
  it('of a cluster that is well is ready', () => {
    expect(verdicts(well(), '1.33.4', '1.34')).toEqual({ hops: ['ready'], all: 'ready' });
  });

  it('holds a later hop for itself: etcd 3.7 asks for a patch that kubeadm does not bring', () => {
    expect(verdicts(well(), '1.33.4', '1.37')).toEqual({
      hops: ['ready', 'ready', 'ready', '1 blocker'],
      all: '1 blocker',
    });
  });

  it('finds what is called in the hop that removes it', () => {
    const calls = known([
      {
        ...{ group: 'flowcontrol.apiserver.k8s.io', version: 'v1beta3', resource: 'flowschemas', subresource: '' },
        ...{ removedRelease: '1.32', requests: undefined, by: undefined },
      },
    ]);
    const at = 'v1.30.4';
    const observed = well({
      ...{ apiServers: known([instance('cp-1', at)]), controllerManagers: known([instance('cp-1', at)]) },
      ...{
        schedulers: known([instance('cp-1', at)]),
        nodes: known([node('cp-1', at)]),
        etcd: known([member('cp-1', '3.5.33')]),
      },
      ...{ kubeadm: known(undefined), deprecatedCalls: known([{ server: 'cp-1', calls }]) },
    });
    expect(verdicts(observed, '1.30.4', '1.33')).toEqual({ hops: ['ready', '1 blocker', 'ready'], all: '1 blocker' });
  });

  it('is never ready on silence, at any hop that needs what was not seen', () => {
    expect(verdicts(well({ deprecatedCalls: gap('metrics of cp-2') }), '1.33.4', '1.35')).toEqual({
      hops: ['unknown because nobody could see metrics of cp-2', 'unknown because nobody could see metrics of cp-2'],
      all: 'unknown because nobody could see metrics of cp-2',
    });
  });

  it('says one gap once, though many checks need it', () => {
    const [first] = assess(well({ nodes: gap('nodes') }), hops('1.33.4', '1.34')).hops;
    expect(first?.findings.filter(({ severity }) => severity === 'unknown')).toHaveLength(1);
  });

  it('tells the worst first', () => {
    const observed = well({
      ...{
        settings: known([settings('kubelet', { cgroup: 'v1' }), gap('configz of w-2')]),
        nodes: known([node('w-1', 'v1.30.1', { isCordoned: true })]),
      },
    });
    const order = assess(observed, hops('1.33.4', '1.34')).hops[0]?.findings.map(({ severity }) => severity) ?? [];
    expect(order[0]).toBe('blocker');
    expect([...new Set(order)]).toEqual(['blocker', 'unknown', 'note']);
  });
});
