import type { Decided, DecidedHop } from '../../../../src/ops/harbor/upgrade/decided.ts';

export const hopOf = (from: string, to: string): DecidedHop => ({
  variables: {
    ...{ from, to, package: `/packages/harbor-offline-installer-v${to}.tgz`, package_sha256: 'ab' },
    ...{ config_from: 'harbor.yml', config_file: 'harbor.yml', install_flags: ['--with-trivy'] },
    migrate: {
      image: `goharbor/prepare:v${to}`,
      argv: ['docker', 'run', '--rm', `goharbor/prepare:v${to}`, 'migrate'],
    },
  },
  dropped: [],
});

/** Two hops, 2.10.3 → 2.12.4 → 2.14.1, unless told otherwise. */
export function decidedOf(changes: Partial<Decided> = {}): Decided {
  return {
    host: { name: 'reg-eu', address: '10.0.0.21', connection: 'ssh' },
    become: true,
    shared: {
      ...{ harbor_name: 'reg-eu', harbor_mark: 'm1', harbor_dir: '/opt/harbor', harbor_data: '/data' },
      ...{ harbor_work: '/var/lib/salvor/m1', harbor_compose: ['docker', 'compose'], harbor_database: 'bundled' },
      ...{ harbor_packages: '/packages', harbor_wrapper: '' },
    },
    hops: [hopOf('2.10.3', '2.12.4'), hopOf('2.12.4', '2.14.1')],
    ...{ hasAdmin: true, pauses: true, healthMs: 900_000 },
    ...changes,
  };
}
