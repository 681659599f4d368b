import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { startEtcd } from '../../../sandbox/etcd.ts';

/**
 * Makes small-database.db and .json anew with the etcd that is installed: `node test/fakes/etcd/make-small-database.ts`. It has what real
 * ones have: keys like those of Kubernetes, some changed and some deleted, leases, a user, a history cut off by a compaction, and
 * free pages that still hold what they once held.
 */
const directory = await mkdtemp(join(tmpdir(), 'salvor-small-database-'));
const etcd = await startEtcd({ directory, members: 1 });
const client = new Etcd3({ hosts: [...etcd.endpoints] });
try {
  await fill();
  const file = join(directory, 'snapshot.db');
  await etcd.etcdctl('snapshot', 'save', file);
  const { revision, totalKey } = JSON.parse(await etcd.etcdctl('snapshot', 'status', file, '-w', 'json'));
  const keys = await client.getAll().keys();
  const facts = { madeBy: await etcd.etcdctl('version'), revision, totalKeys: totalKey, keys };
  await writeFile(join(import.meta.dirname, 'small-database.db'), await readFile(file));
  await writeFile(join(import.meta.dirname, 'small-database.json'), `${JSON.stringify(facts, null, 1)}\n`);
} finally {
  client.close();
  await etcd.stop();
  await rm(directory, { recursive: true });
}

async function fill(): Promise<void> {
  for (let index = 0; index < 120; index++) await client.put(keyOf(index)).value(`first ${'value '.repeat(40)}`);
  for (let index = 0; index < 120; index += 4) await client.delete().key(keyOf(index));
  await client.put('/registry/services/specs/default/kubernetes').value('10.0.0.1');
  const [, lease = ''] = /lease (\w+) granted/.exec(await etcd.etcdctl('lease', 'grant', '86400')) ?? [];
  await etcd.etcdctl('put', '/registry/leases/kube-system/cp-1', 'cp-1', `--lease=${lease}`);
  const { header } = await client.put('/registry/configmaps/default/a').value('1');
  await client.kv.compact({ revision: header.revision, physical: true });
  for (let index = 1; index < 60; index += 2) await client.put(keyOf(index)).value('second');
  await client.delete().key(keyOf(1));
  await etcd.etcdctl('user', 'add', 'root:root');
}

function keyOf(index: number): string {
  return `/registry/${index % 3 === 0 ? 'pods' : 'cert-manager.io/certificates'}/default/x-${index}`;
}
