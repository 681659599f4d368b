import { assess } from '../../../src/ops/harbor/dangers/assess.ts';
import type { Danger, Finding, Losable } from '../../../src/ops/harbor/dangers/danger.ts';
import { releaseOf } from '../../../src/ops/harbor/facts/releases.ts';
import type { Observed } from '../../../src/ops/harbor/observe/observed.ts';
import { usesOf, versionsAtHand } from '../../../src/ops/harbor/observe/uses.ts';
import { bundledDatabaseOf } from '../../../src/ops/harbor/path/bundled-database.ts';
import { findPath } from '../../../src/ops/harbor/path/find-path.ts';
import { versionOf } from '../../../src/ops/harbor/path/versions.ts';

export const now = new Date('2026-11-27T09:00:00Z');
export const known = <T>(value: T): { readonly known: T } => ({ known: value });
export const gap = (what: string) => ({ gap: { what, needs: `the right to read ${what}` } });
export const gib = 1024 ** 3;

/** With a checksum beside it, unless that is ''. */
export const installer = (version: string, sha256 = 'ab') => ({
  ...{ file: `/packages/harbor-offline-installer-v${version}.tgz`, version, bytes: gib / 2 },
  ...(sha256 === '' ? {} : { sha256 }),
});
export const installation = (version: string) => ({
  ...{ directory: '/opt/harbor', exists: true, isMount: false, version },
  configFile: releaseOf(versionOf(version)?.minor ?? '')?.configFile,
  configVersion: `${versionOf(version)?.minor}.0`,
});
export const system = { version: '2.10.3', authMode: 'ldap_auth', isReadOnly: false };
export const contents = {
  projects: 4,
  repositories: 20,
  artifacts: 311,
  counted: 'artifacts',
  allProjects: 4,
} as const;
export const configuration = {
  ...{
    hostname: 'registry.example.com',
    storage: 'filesystem',
    hasExternalDatabase: false,
    hasInternalTls: false,
  },
};

const minors = ['1.3', '1.4', '1.6', '1.8', '1.9', '1.10', '2.0', '2.2', '2.4', '2.6', '2.8', '2.10', '2.11', '2.12'];

/** A registry of a version, 2.10.3 if none is named, with nothing against it, but for what is told. */
export function well(rest: Partial<Observed> = {}, version = system.version): Observed {
  const parsed = versionOf(version);
  if (!parsed) throw new Error(`${version} is no version.`);
  const { directory = '', version: postgres } = bundledDatabaseOf(parsed) ?? {};
  return {
    ...{ registry: 'reg-eu', at: now, deployment: 'compose', database: 'bundled' },
    packagesDirectory: '/packages',
    system: known({ ...system, version }),
    health: known(['core', 'database', 'registry'].map((name) => ({ name, isHealthy: true }))),
    contents: known(contents),
    users: known(12),
    charts: known(0),
    signedTags: known(0),
    jobs: known([]),
    partners: known([]),
    install: known(installation(version)),
    configuration: known(configuration),
    parts: known([]),
    wrapperFlags: known([]),
    postgres: known(postgres === undefined ? [] : [{ directory, version: postgres }]),
    mariadb: known(postgres === undefined ? ('works' as const) : ('none' as const)),
    databaseBytes: known(gib),
    externalPostgres: known('16.4'),
    schema: known({ version: '120', isDirty: false }),
    rooms: known(
      (['data', 'install', 'work', 'docker'] as const).map((use, nth) => ({ use, freeBytes: (100 + nth) * gib })),
    ),
    memoryBytes: known(32 * gib),
    docker: known('27.3.1'),
    compose: known('2.29.7'),
    packages: known([...minors.map((minor) => installer(`${minor}.3`)), installer('2.14.1'), installer('2.15.2')]),
    leftovers: known([]),
    clock: known(now),
    ...rest,
  };
}

export interface Asked {
  readonly to?: string;
  readonly lose?: readonly Losable[];
}

/** The way from what was observed, 2.12 if nothing else is asked for. */
function upgradeOf(observed: Observed, { to = '2.12', lose = [] }: Asked) {
  const from = 'known' in observed.system ? observed.system.known.version : system.version;
  const wish = { from, to, database: observed.database, packages: versionsAtHand(observed), uses: usesOf(observed) };
  return { observed, hops: findPath(wish), lose };
}

export const found = (danger: Danger, observed: Observed, asked: Asked = {}): readonly Finding[] =>
  danger.look(upgradeOf(observed, asked));

/** What a danger says, each as 'severity: subject'. */
export const says = (danger: Danger, observed: Observed, asked: Asked = {}): readonly string[] =>
  found(danger, observed, asked).map(({ severity, subject }) => `${severity}: ${subject}`);

export const assessed = (observed: Observed, asked: Asked = {}): readonly Finding[] =>
  assess(upgradeOf(observed, asked));
