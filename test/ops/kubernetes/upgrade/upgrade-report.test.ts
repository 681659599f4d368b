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
      'Blocked by',
      'Found',
      'Order of work',
      'Data',
    ]);
    expect(JSON.stringify(report.facts)).toContain('as of 2026-08-23');
    expect(report.next).toContain('Raise every member to 3.5.32 or later');
    expect(report.measures).toMatchObject({ hops: 2, blockers: 1 });
  });

  it('names what blocks and what was not seen, and says of one hop nothing twice', () => {
    const { facts } = reportOf(
      well({ etcd: known([member('cp-1', '3.5.24')]), deprecatedCalls: gap('metrics of cp-2') }),
      '1.33.4',
      '1.34',
    );
    const onCard = facts?.filter((fact) => fact.onCard).map(({ label, value }) => [label, value]);
    expect(onCard?.map(([label]) => label)).toEqual(['Blocked by', 'Not seen', 'Found', 'Data']);
    expect(onCard?.[1]?.[1]).toContain('metrics of cp-2');
  });

  it('has one row for what is said of several hops', () => {
    const { table } = reportOf(well({ deprecatedCalls: gap('metrics of cp-2') }), '1.33.4', '1.35');
    const rows = table?.rows.filter(([severity]) => severity === 'unknown') ?? [];
    expect(rows).toHaveLength(1);
    expect(rows[0]).toContain('1.33 → 1.34, 1.34 → 1.35');
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
