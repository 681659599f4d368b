import { clusterOf } from '../../test/fakes/cluster.ts';

export const cluster = clusterOf({ bucket: 'bench', prefix: 'bench', address: 's3://bench' }, { name: 'bench' });
