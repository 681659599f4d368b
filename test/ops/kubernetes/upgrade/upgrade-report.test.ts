import { describe, expect, it } from 'vitest';
import { Report } from '../../../../src/chatops/report.ts';
import { answerUpgrade, oldestVersion } from '../../../../src/ops/kubernetes/upgrade/answer-upgrade.ts';
import type { Observed } from '../../../../src/ops/kubernetes/upgrade/observed.ts';
import { upgradeReport } from '../../../../src/ops/kubernetes/upgrade/upgrade-report.ts';
import { gap, instance, known, member, well } from './observed.ts';

const reportOf = (observed: Observed, said = '1.33.4', target = '1.34') =>
  upgradeReport(answerUpgrade(observed, { said, target, batches: { canary: 1, percent: 20 } }));
const textOf = (base64: string | undefined) => Buffer.from(base64 ?? '', 'base64').toString();

describe('the report of an upgrade', () => {
  it.each<[string, Partial<Observed>, string, Report['tone'], number]>([
    ['ready', {}, 'prod-1 from 1.33.4 to 1.34: ready', 'good', 0],
    ['blocked', { backup: known(undefined) }, 'prod-1 from 1.33.4 to 1.34: 1 blocker', 'warning', 2],
    [
      'unknown',
      { nodes: gap('nodes') },
      'prod-1 from 1.33.4 to 1.34: unknown because nobody could see nodes',
      'warning',
      3,
    ],
  ])('when %s', (_, rest, title, tone, exitCode) => {
    const report = reportOf(well(rest));
    expect(Report.parse(report)).toEqual(report);
    expect(report).toMatchObject({ title, tone, exitCode, changed: 'nothing' });
  });

  it('says each hop, what comes next, and the date of its data', () => {
    const report = reportOf(well({ etcd: known([member('cp-1', '3.5.24')]) }), '1.33.4', '1.35');
    expect(report.facts?.map(({ label }) => label)).toEqual([
      '1.33 → 1.34',
      '1.34 → 1.35',
      'Found',
      'Order of work',
      'Data',
    ]);
    expect(JSON.stringify(report.facts)).toContain('as of 2026-08-23');
    expect(report.found?.[0]?.next).toContain('Raise every member to 3.5.32 or later');
    expect(report.measures).toMatchObject({ hops: 2, blockers: 1 });
  });

  it('names what blocks and what was not seen, each with what is to be done, and says of one hop nothing twice', () => {
    const { found, facts, next } = reportOf(
      well({ etcd: known([member('cp-1', '3.5.24')]), deprecatedCalls: gap('metrics of cp-2') }),
    );
    expect(found?.map(({ means }) => means)).toEqual(['blocker', 'not seen', 'warning']);
    expect(found?.[0]?.about).toMatchObject([
      { subject: 'etcd 3.5.24 (needs 3.5.32)', seen: expect.stringContaining('3.5.24') },
    ]);
    expect(found?.[1]?.about).toEqual([{ subject: 'metrics of cp-2' }]);
    expect(facts?.filter((fact) => fact.onCard).map(({ label }) => label)).toEqual(['Found', 'Data']);
    expect(next).toBeUndefined();
  });

  it('says once what is said of several hops, and of which', () => {
    const { found } = reportOf(well({ deprecatedCalls: gap('metrics of cp-2') }), '1.33.4', '1.35');
    expect(found?.filter(({ means }) => means === 'not seen').map(({ about }) => about)).toEqual([
      [{ subject: 'every hop: metrics of cp-2' }],
    ]);
    const later = reportOf(well({ etcd: known([member('cp-1', '3.5.24')]) }), '1.33.4', '1.35');
    expect(later.found?.[0]?.about[0]?.subject).toBe('1.33 → 1.34: etcd 3.5.24 (needs 3.5.32)');
  });

  it('says once what is to be done about several', () => {
    const service = (name: string) => ({ name, service: 'shop/x', isAvailable: false, message: `${name} is away` });
    const { found } = reportOf(well({ apiServices: known([service('v1.a'), service('v1.b')]) }));
    expect(found?.map(({ means, about }) => [means, about.map(({ subject }) => subject)])).toEqual([
      ['warning', ['v1.a', 'v1.b']],
    ]);
  });

  it('names the first few of those of which the same was seen', () => {
    const service = (nth: number) => ({ name: `v1.${nth}`, service: 'shop/x', isAvailable: false, message: 'away' });
    const { found } = reportOf(well({ apiServices: known([1, 2, 3, 4, 5].map(service)) }));
    expect(found?.[0]?.about.map(({ subject }) => subject)).toEqual(['v1.1; v1.2; v1.3; and 2 more']);
  });

  it('leaves notes, which ask for nothing, to the files', () => {
    const report = reportOf(well());
    expect(report.measures?.notes).toBeGreaterThan(0);
    expect(report.found).toEqual([]);
    expect(textOf(report.file?.base64)).toContain('### note: ');
  });

  it('says which manifests it read, in which of them no object is, and which it could not read', () => {
    const kind = { apiVersion: 'v1', kind: 'Pod', name: 'x' };
    const files = [
      { name: 'a.yaml', kinds: known([kind, kind]) },
      { name: 'values.yaml', kinds: known([]) },
      { name: 'chart.yaml', kinds: gap('what is in chart.yaml') },
    ];
    const { facts, file } = reportOf(well({ manifests: known(files) }));
    const said =
      '3 files given (a.yaml; values.yaml; chart.yaml), 2 objects read; no object in values.yaml; not read: chart.yaml';
    expect(facts).toContainEqual({ label: 'Manifests', value: said, onCard: true });
    expect(textOf(file?.base64)).toContain(`Manifests: ${said}.`);
  });

  it('carries everything in a file to read and in one to compute with', () => {
    const report = reportOf(well({ backup: known(undefined) }));
    expect(report.file?.name).toBe('upgrade-prod-1-1.34.md');
    const text = textOf(report.file?.base64);
    expect(text).toContain('### blocker: backup of prod-1');
    expect(text).toContain('6. **Controllers and scheduler to 1.34**');
    expect(text).toContain('2026-08-23');
    const [json] = report.moreFiles ?? [];
    expect(json?.name).toBe('upgrade-prod-1-1.34.json');
    expect(JSON.parse(textOf(json?.base64))).toMatchObject({
      ...{ cluster: 'prod-1', from: '1.33.4', to: '1.34', dataAsOf: '2026-08-23', exitCode: 2 },
      verdict: { kind: 'blocked', blockers: 1 },
      hops: [{ from: '1.33', to: '1.34', findings: [{ check: 'backup', severity: 'blocker' }, {}, {}, {}, {}] }],
    });
  });

  it('lets nothing of a name become markup', () => {
    const report = reportOf(
      well({ apiServices: known([{ name: '*x*\n# y', service: undefined, isAvailable: false, message: '<b>' }]) }),
    );
    const text = textOf(report.file?.base64);
    expect(text).toContain('### warning: \\*x\\* \\# y');
    expect(text).toContain('\\<b\\>');
  });
});

describe('where the way begins', () => {
  it.each([
    ['v1.33.4', ['v1.33.4', 'v1.32.9'], '1.32.9'],
    ['v1.32.9', ['v1.33.4', 'v1.33.4'], '1.32.9'],
    ['v1.33.10', ['v1.33.9'], '1.33.9'],
    ['v1.33.4', [], '1.33.4'],
  ])('is the oldest: %s says itself, pods %j', (said, versions, oldest) => {
    const apiServers = known(versions.map((version, nth) => instance(`cp-${nth}`, version)));
    expect(oldestVersion({ apiServers }, said)).toBe(oldest);
  });

  it('is what the API server says itself where no pod tells', () => {
    expect(oldestVersion({ apiServers: gap('API servers') }, 'v1.33.4')).toBe('1.33.4');
  });
});
