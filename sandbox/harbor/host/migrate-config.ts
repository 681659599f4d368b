import { isAtLeast, minorOf, numbersOf } from './releases.ts';

/** What somebody gets who asks for what the tool refuses. */
export class Refused extends Error {}

/** Versions that harbor.yml may have, each migrated to the next. Source: goharbor/harbor, make/photon/prepare/migrations. */
const versions = ['1.9.0', '1.10.0', ...Array.from({ length: 16 }, (_, minor) => `2.${minor}.0`)];

/** `prepare migrate`: from any version since 1.9.0, minor by minor. Answers the new text and what it says on the way. */
export function migrateYaml(
  text: string,
  version: string,
): { readonly text: string; readonly said: readonly string[] } {
  const from = versionOf(text);
  const to = `${minorOf(version)}.0`;
  if (from === undefined || !isAtLeast(from, '1.9.0'))
    throw new Refused(`the version ${from} not supported, make sure the version in input file above 1.8.0`);
  if (from === to)
    return { text, said: [`Version of input harbor.yml is identical to target ${from}, no need to upgrade`] };
  const between = versions.filter((one) => isAtLeast(one, from) && one !== from && isAtLeast(to, one));
  if (between.length === 0) throw new Refused(`no migration found from ${from} to ${to}`);
  return {
    text: between.reduce(asOf, text),
    said: between.map((one) => `migrating to version ${one}`),
  };
}

/** `harbor-migrator --cfg up` of 1.9 and 1.10 on a harbor.yml, of 1.8 on from a harbor.cfg, and of 1.5 to 1.7 on one. */
export function migrateOld(text: string, version: string): string {
  const to = `${minorOf(version)}.0`;
  if (/^hostname:/m.test(text)) return asOf(text, to);
  // The database that it makes of MariaDB is another container.
  const cfg = isAtLeast(version, '1.6.0') ? text.replace(/^db_host = mysql$/m, 'db_host = postgresql') : text;
  return asOf(isAtLeast(version, '1.8.0') ? yamlOf(cfg) : cfg, to);
}

export const versionOf = (text: string): string | undefined => /^_version\s*[:=]\s*(\S+)/m.exec(text)?.[1];

/** Sections come and go with releases. */
function asOf(text: string, version: string): string {
  const [major, minor] = numbersOf(version);
  const change = major === 2 ? (changes[minor] ?? same) : same;
  const isYaml = /^hostname:/m.test(text);
  const written = isYaml ? `_version: ${version}` : `_version = ${version}`;
  const next = change(text);
  return versionOf(next) === undefined ? `${next}${written}\n` : next.replace(/^_version.*$/m, written);
}

const same = (text: string): string => text;
const without = (section: string) => (text: string) =>
  text.replace(new RegExp(`^${section}:.*\\n(?:[ #].*\\n)*`, 'm'), '');
const withSection = (lines: readonly string[]) => (text: string) => `${text}${lines.join('\n')}\n`;

const changes: Readonly<Record<number, (text: string) => string>> = {
  0: withSection(['trivy:', '  ignore_unfixed: false', '  skip_update: false']),
  2: without('clair'),
  6: withSection(['upload_purging:', '  enabled: true', '  age: 168h']),
  8: without('chart'),
  9: (text) => without('notary')(text).replace(/^jobservice:\n/m, 'jobservice:\n  job_loggers:\n    - FILE\n'),
  11: withSection(['cache:', '  enabled: false', '  expire_hours: 24']),
};

function yamlOf(cfg: string): string {
  const of = (name: string) => new RegExp(`^${name}\\s*=\\s*(.*)$`, 'm').exec(cfg)?.[1] ?? '';
  return `${[
    `hostname: ${of('hostname')}`,
    'http:',
    '  port: 80',
    `harbor_admin_password: ${of('harbor_admin_password')}`,
    'database:',
    `  password: ${of('db_password')}`,
    `data_volume: ${of('data_volume') || '/data'}`,
    'jobservice:',
    '  max_job_workers: 10',
  ].join('\n')}\n`;
}
