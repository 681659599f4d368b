/** What releases of Harbor are made of, as far as the stand-in behaves by it. Source: goharbor/harbor, make/ at the tags of the releases. */
export interface BundledPostgres {
  /** Below the database directory; '' is that directory itself. */
  readonly directory: string;
  readonly version: string;
  /** What it converts at its first start: where that lies, and its PG_VERSION. */
  readonly converts?: { readonly directory: string; readonly version: string };
}

type Numbers = readonly [number, number, number];

export function numbersOf(version: string): Numbers {
  const [major = 0, minor = 0, patch = 0] = version.replace(/^v/, '').split('-')[0]?.split('.').map(Number) ?? [];
  return [major, minor, patch];
}

/** Whether `version` is `than` or a later one. */
export function isAtLeast(version: string, than: string): boolean {
  const [one, other] = [numbersOf(version), numbersOf(than)];
  const at = one.findIndex((number, index) => number !== other[index]);
  return at < 0 || (one[at] ?? 0) > (other[at] ?? 0);
}

export const minorOf = (version: string): string => numbersOf(version).slice(0, 2).join('.');

/** Before 1.6 Harbor keeps its data in MariaDB, at the top of the database directory. */
export const isMariaDb = (version: string): boolean => !isAtLeast(version, '1.6.0');

/** Before 1.8 prepare is a program of the package, and docker-compose.yml lies in it; parts that are not always there have such files of their own. */
export const hasComposeFiles = (version: string): boolean => !isAtLeast(version, '1.8.0');

export function postgresOf(version: string): BundledPostgres {
  const [, found] = postgresSince.find(([since]) => isAtLeast(version, since)) ?? [];
  if (found === undefined) throw new Error(`The stand-in has no Harbor ${version}.`);
  return found;
}

const pg = (version: string) => ({ directory: `pg${version}`, version });
const pg96 = { directory: '', version: '9.6' };

const postgresSince: readonly (readonly [string, BundledPostgres])[] = [
  ['2.15.2', { ...pg('18'), converts: pg('15') }],
  ['2.11.0', { ...pg('15'), converts: pg('14') }],
  ['2.9.0', { ...pg('14'), converts: pg('13') }],
  ['2.7.0', pg('13')],
  ['2.3.0', { ...pg('13'), converts: pg96 }],
  ['1.6.0', pg96],
];

/** The newest of the numbered schema files of a release: '2.10' is 130. */
export function schemaOf(version: string): number {
  const [major, minor] = numbersOf(version);
  return major === 1 ? Math.max(1, 4 + (minor - 8) * 5) : 30 + minor * 10;
}

export interface Component {
  /** As its container and its service are called. */
  readonly name: string;
  readonly image: string;
  /** As the API calls it; absent of what it says nothing of. */
  readonly reportedAs?: string;
  /** Only with this flag. */
  readonly flag?: string;
  readonly since?: string;
  readonly until?: string;
}

export const components: readonly Component[] = [
  { name: 'harbor-log', image: 'harbor-log' },
  { name: 'registry', image: 'registry-photon', reportedAs: 'registry' },
  { name: 'registryctl', image: 'harbor-registryctl', reportedAs: 'registryctl', since: '1.7.0' },
  { name: 'harbor-db', image: 'harbor-db', reportedAs: 'database' },
  { name: 'harbor-adminserver', image: 'harbor-adminserver', until: '1.8.0' },
  { name: 'harbor-ui', image: 'harbor-ui', reportedAs: 'core', until: '1.7.0' },
  { name: 'harbor-core', image: 'harbor-core', reportedAs: 'core', since: '1.7.0' },
  { name: 'harbor-portal', image: 'harbor-portal', reportedAs: 'portal', since: '1.7.0' },
  { name: 'harbor-jobservice', image: 'harbor-jobservice', reportedAs: 'jobservice' },
  { name: 'redis', image: 'redis-photon', reportedAs: 'redis', until: '2.15.2' },
  { name: 'redis', image: 'valkey-photon', reportedAs: 'redis', since: '2.15.2' },
  { name: 'nginx', image: 'nginx-photon' },
  { name: 'clair', image: 'clair-photon', reportedAs: 'clair', flag: '--with-clair', until: '2.2.0' },
  { name: 'trivy-adapter', image: 'trivy-adapter-photon', reportedAs: 'trivy', flag: '--with-trivy', since: '2.0.0' },
  {
    ...{ name: 'chartmuseum', image: 'chartmuseum-photon', reportedAs: 'chartmuseum' },
    ...{ flag: '--with-chartmuseum', since: '1.6.0', until: '2.8.0' },
  },
  { name: 'notary-server', image: 'notary-server-photon', reportedAs: 'notary', flag: '--with-notary', until: '2.9.0' },
  { name: 'notary-signer', image: 'notary-signer-photon', flag: '--with-notary', until: '2.9.0' },
  { name: 'notary-db', image: 'mariadb-photon', flag: '--with-notary', until: '1.6.0' },
  { name: 'clair-db', image: 'postgresql-photon', flag: '--with-clair', until: '1.6.0' },
];

/** What an offline installer of this release brings. */
export const componentsOf = (version: string): readonly Component[] =>
  components.filter(
    ({ since, until }) =>
      (since === undefined || isAtLeast(version, since)) && (until === undefined || !isAtLeast(version, until)),
  );

export const imagesOf = (version: string): readonly string[] =>
  [...componentsOf(version).map(({ image }) => image), ...(hasComposeFiles(version) ? [] : ['prepare'])].map((name) =>
    imageOf(name, version),
  );

/** They were VMware's until 1.6. */
export const imageOf = (name: string, version: string): string =>
  `${isMariaDb(version) ? 'vmware' : 'goharbor'}/${name}:v${version}`;

/** The flags that install.sh of this release parses. From 2.2 on it parses --with-clair only to stop. */
export const flagsOf = (version: string): readonly string[] => [
  ...new Set(componentsOf(version).flatMap(({ flag }) => flag ?? [])),
];
