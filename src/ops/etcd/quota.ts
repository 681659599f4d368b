import type { Cluster } from '../../ports/catalogue.ts';
import type { AskOptions, Etcd, MemberVitals } from '../../ports/etcd.ts';

/** etcd's own, unless it is started with another one. Source: etcd server/storage/quota.go, DefaultQuotaBytes. */
export const usualQuotaBytes = 2 * 1024 ** 3;

/** From this share of it on people should act: etcd refuses all writes at the whole of it. */
export const nearlyFull = 0.8;

/** By the member's own word, or else by salvor.yaml; undefined where neither tells. */
export const quotaBy = (
  vitals: Pick<MemberVitals, 'quotaBytes'> | undefined,
  { quotaBytes }: Pick<Cluster, 'quotaBytes'>,
): number | undefined => vitals?.quotaBytes ?? quotaBytes;

/** Of the members at these endpoints, in this order, as `quotaBy` tells. Throws the signal's reason. */
export async function quotasAt(
  etcd: Pick<Etcd, 'vitals'>,
  cluster: Cluster,
  endpoints: readonly string[],
  options: AskOptions,
): Promise<readonly (number | undefined)[]> {
  const vitals = await etcd.vitals(cluster.name, endpoints, options);
  return vitals.map((told) => quotaBy(told, cluster));
}
