import { clusterOf } from '../../test/fakes/cluster.ts';

/** Whose backups are measured. */
export const benchCluster = clusterOf({ bucket: 'bench', prefix: 'bench', address: 's3://bench' }, { name: 'bench' });
