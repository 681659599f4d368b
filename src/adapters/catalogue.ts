import { noSuchCluster } from '../chatops/no-such-cluster.ts';
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
      // Who asks is not known here, so no other name is told.
      throw noSuchCluster(name, []);
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
