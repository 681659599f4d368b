import { describe, expect, it } from 'vitest';
import { objectReport } from '../../../../src/ops/etcd/inspect/object-report.ts';
import type { ScratchObject } from '../../../../src/ports/scratch.ts';
import { reportText } from '../../../../src/terminal/report-text.ts';
import { createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects } from '../../../fakes/objects.ts';

const objects = createFakeObjects(createFakeClock(), { buckets: ['main'] });
const backup = createBackupPlanter(objects, clusterOf()).own({ id: 'r-1', takenAt: new Date('2026-03-01T08:00:00Z') });

function shown(value: string | object, key = '/registry/configmaps/default/app') {
  const bytes = Buffer.from(typeof value === 'string' ? value : JSON.stringify(value));
  const found: ScratchObject = {
    ...{ key, value: bytes, valueBytes: bytes.length, hasLease: false },
    ...{ createRevision: 12n, modRevision: 1_234n, version: 3n },
  };
  const report = objectReport('prod-1', backup, found);
  return { report, says: reportText(report), file: Buffer.from(report.file?.base64 ?? '', 'base64').toString() };
}

describe('an object of a backup', () => {
  it('is shown as YAML, beside it as a file', () => {
    const { report, says, file } = shown({
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: { name: 'app' },
      data: { a: 'x\ny\n' },
    });
    expect(report.title).toBe('ConfigMap v1 in r-1 of prod-1');
    expect(says).toContain('changed at 1 234, made at 12');
    expect(file).toBe('apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: app\ndata:\n  a: |\n    x\n    y\n');
    expect(report.file?.name).toBe('default-app.yaml');
  });

  it('never shows what a Secret says, in the message, the file or their names', () => {
    const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'db' }, data: { password: 'aHVudGVyMg==' } };
    const { report } = shown(secret, '/registry/secrets/default/db');
    expect(JSON.stringify(report)).not.toContain('aHVudGVyMg');
    expect(shown(secret).file).toContain('password: (hidden, 7 bytes)');
  });

  it.each<[string, object]>([
    [
      'an annotation that repeats it',
      { kind: 'Secret', metadata: { annotations: { 'kapp.k14s.io/original': '{"p":"aHVudGVyMg=="}' } } },
    ],
    ['a List that holds it', { kind: 'List', items: [{ kind: 'Secret', data: { p: 'aHVudGVyMg==' } }] }],
    [
      'a SecretList, whose items do not say what they are',
      { kind: 'SecretList', items: [{ data: { p: 'aHVudGVyMg==' } }] },
    ],
    ['a field of it that nobody knows', { kind: 'Secret', oldData: { p: 'aHVudGVyMg==' } }],
  ])('never shows what a Secret says in %s', (_, object) => {
    const { report, file } = shown({ apiVersion: 'v1', ...object });
    expect(JSON.stringify(report) + file).not.toContain('aHVudGVyMg');
    expect(file).toContain('hidden');
  });

  it('is said to be encrypted where Kubernetes did it, and nothing of it is shown', () => {
    const { report, says } = shown('k8s:enc:kms:v2:key:\u0001\u0002secret');
    expect(says).toContain('encrypted by kms:v2:key');
    expect(JSON.stringify(report)).not.toContain('secret');
  });

  it('shows nothing of a value that is no object: it may be anything', () => {
    expect(JSON.stringify(shown('password=hunter2').report)).not.toContain('hunter2');
  });
});
