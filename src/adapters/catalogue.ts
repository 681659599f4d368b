import { Refusal } from '../chatops/errors.ts';
import { nearest } from '../chatops/nearest.ts';
import type { BucketSettings, ClusterSettings, Settings } from '../config/schema.ts';
import type { Catalogue, Cluster } from '../ports/catalogue.ts';

/** The catalogue that salvor.yaml holds. */
export function createCatalogue(settings: Pick<Settings, 'clusters' | 'buckets'>): Catalogue {
  const clusters = Object.entries(settings.clusters).map(([name, cluster]) =>
    toCluster(name, cluster, settings.buckets[cluster.backup.bucket]),
  );
  return {
    clusters,
    cluster(name) {
      const found = clusters.find((cluster) => cluster.name === name);
      if (found) return found;
      const known = clusters.map((cluster) => cluster.name);
      const meant = nearest(name, known);
      throw new Refusal(
        `There is no cluster "${name}".`,
        meant ? `Did you mean ${meant}?` : `Known here: ${known.slice(0, 20).join(', ')}.`,
      );
    },
  };
}

function toCluster(name: string, settings: ClusterSettings, bucket: BucketSettings | undefined): Cluster {
  const { backup, etcd } = settings;
  return {
    name,
    production: settings.environment === 'production',
    site: settings.site,
    channels: settings.channels,
    backup: { ...backup, address: `s3://${bucket?.bucket ?? backup.bucket}` },
    ...(etcd.quotaBytes === undefined ? {} : { quotaBytes: etcd.quotaBytes }),
    hasKubernetes: settings.kubernetes !== undefined,
  };
}
