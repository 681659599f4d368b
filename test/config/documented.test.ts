import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { Settings } from '../../src/config/schema.ts';
import { documented, readBy, withAge } from './documented.ts';

const Section = z.record(z.string(), z.unknown());

describe('salvor.example.yaml with all that is commented out in it', () => {
  it('is a configuration that a bot and a worker can use', async () => {
    const { jobs } = await loadRegistry();
    const text = documented();
    expect(Object.keys(readBy('worker', text, jobs).config.registries)).toEqual(['reg-eu']);
    const { alerts, settings } = readBy('bot', text, jobs).config;
    expect(alerts?.rules).toHaveProperty('quota');
    expect(Object.values(settings.schedules).map(({ job }) => job)).toContain('registry');
  });

  it('has every section, so that none is left out of this', () => {
    const sections = Object.keys(Settings.shape).sort();
    expect(Object.keys(Section.parse(parse(documented()))).sort()).toEqual(sections);
  });

  it.each<[string, readonly (readonly [string, string])[]]>([
    [
      'a Redis Cluster',
      [
        ['  sentinels: ', '  # sentinels:'],
        ['    group: salvor', '    # group'],
        ['    nodes: [{host: sentinel-1', '    # nodes: [{'],
        ['    password: SENTINEL_PASSWORD', '    # password'],
        ['  # cluster: {nodes:', '  cluster: {nodes:'],
      ],
    ],
    ['http mode', [['mode: socket', 'mode: http']]],
    ['another compression', [['compression: zstd', 'compression: gzip']]],
    ['backups encrypted by S3', [['encryption: {kind: none}', 'encryption: {kind: sse-s3}']]],
    ['backups encrypted by a KMS', [['encryption: {kind: none}', 'encryption: {kind: sse-kms, keyId: key-1}']]],
    ['backups encrypted with age', [withAge]],
    ['a legal hold', [['lock: {mode: governance, days: 30}', 'lock: {legalHold: true}']]],
    [
      'a static pod of etcd',
      [
        [
          'etcd: {kind: systemd, unit: etcd.service}',
          'etcd: {kind: staticPod, manifest: /etc/kubernetes/manifests/etcd.yaml}',
        ],
      ],
    ],
    [
      'commands for etcd',
      [['etcd: {kind: systemd, unit: etcd.service}', 'etcd: {kind: commands, start: [a], stop: [b], isRunning: [c]}']],
    ],
    ['an audit without Object Lock', [['lock: required', 'lock: optional']]],
    ['an external database of Harbor', [['database: bundled', 'database: external']]],
    ['a public OIDC client', [['  clientSecret: OIDC_CLIENT_SECRET', '  # none']]],
  ])('takes what it names besides: %s', (_, changes) => {
    for (const role of ['bot', 'worker'] as const) expect(() => readBy(role, documented(...changes))).not.toThrow();
  });
});
