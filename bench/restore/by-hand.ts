import { execFile } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { EtcdCluster, EtcdMember } from '../../sandbox/etcd.ts';

const run = promisify(execFile);

export interface ByHand {
  readonly cluster: EtcdCluster;
  readonly directory: string;
  /** Where curl finds the backup's data, compressed by zstd, and what it needs to be let in. */
  readonly url: string;
  readonly curlAuth: readonly string[];
  /** Names the old data directories. */
  readonly mark: string;
}

/**
 * The same commands in one shell script, as somebody would write it who knows what they do: fetch, check the digest on every host, stop all, set the
 * old data aside, restore member by member, start all, wait for health. It asks nobody, saves nothing first and compares nothing afterwards.
 */
export async function restoreByHand(scene: ByHand): Promise<void> {
  const { directory, cluster } = scene;
  const file = join(directory, 'by-hand.sh');
  await writeFile(file, scriptOf(scene));
  try {
    await run('sh', [file], { env: { PATH: process.env.PATH, ETCDCTL_API: '3' } });
  } finally {
    await Promise.all([file, ...copies(directory, cluster)].map((each) => rm(each, { force: true })));
  }
}

const copyFor = (directory: string, { name }: EtcdMember): string => join(directory, `by-hand-${name}.db`);
const copies = (directory: string, { members }: EtcdCluster): readonly string[] => [
  join(directory, 'by-hand.db'),
  ...members.map((member) => copyFor(directory, member)),
];

function scriptOf({ cluster, directory, url, curlAuth, mark }: ByHand): string {
  const { members, endpoints } = cluster;
  const initial = members.map(({ name, peerUrl }) => `${name}=${peerUrl}`).join(',');
  const [fetched = ''] = copies(directory, cluster);
  const each = (line: (member: EtcdMember) => string): readonly string[] => members.map(line);
  return [
    'set -eu',
    `curl -sS --fail ${[...curlAuth, url].map(quoted).join(' ')} | zstd -q -d -f -o ${quoted(fetched)}`,
    `sum=$(sha256sum < ${quoted(fetched)})`,
    ...each((member) => `cp ${quoted(fetched)} ${quoted(copyFor(directory, member))}`),
    ...each((member) => `[ "$(sha256sum < ${quoted(copyFor(directory, member))})" = "$sum" ]`),
    ...each(({ service }) => words(service?.stop)),
    ...each(({ dataDirectory }) => `mv ${quoted(dataDirectory)} ${quoted(`${dataDirectory}.${mark}`)}`),
    ...each((member) =>
      words([
        ...['etcdctl', 'snapshot', 'restore', copyFor(directory, member), '--name', member.name],
        ...['--initial-cluster', initial, '--initial-cluster-token', mark],
        ...['--initial-advertise-peer-urls', member.peerUrl, '--data-dir', member.dataDirectory],
      ]),
    ),
    ...each(({ service }) => words(service?.start)),
    `until etcdctl --endpoints ${quoted(endpoints.join(','))} endpoint health; do sleep 0.2; done`,
  ].join('\n');
}

const words = (argv: readonly string[] = []): string => argv.map(quoted).join(' ');
const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
