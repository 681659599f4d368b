import type { EtcdCluster } from '../../sandbox/etcd.ts';
import { fillEtcd } from '../../sandbox/fill-etcd.ts';
import { note } from './figures.ts';

/** The size of the first member's database file, in megabytes. */
export async function sizeOf(cluster: EtcdCluster): Promise<number> {
  const [answer] = JSON.parse(await cluster.etcdctl('endpoint', 'status', '-w', 'json'));
  return Math.round(answer.Status.dbSize / 1e6);
}

/** Writes until the database file has the size. Values take about three quarters of a bbolt file. */
export async function grow(cluster: EtcdCluster, megabytes: number): Promise<void> {
  for (let size = await sizeOf(cluster); size < megabytes; size = await sizeOf(cluster)) {
    const bytes = Math.max(5e6, (megabytes - size) * 0.7e6);
    note(`database of ${size} MB, writing ${Math.round(bytes / 1e6)} MB more`);
    await fillEtcd(cluster.member(0).endpoint, { bytes, keys: Math.ceil(bytes / 3_000) });
  }
}
