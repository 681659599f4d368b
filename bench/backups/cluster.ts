import { clusterOf } from '../../test/fakes/cluster.ts';

/** With the rules of a careful house: of a backup every five minutes about a hundred stay. */
const keep = { last: 12, hourly: 24, daily: 14, weekly: 8, monthly: 12 };

export const cluster = clusterOf({ bucket: 'bench', prefix: 'bench', address: 's3://bench', keep }, { name: 'bench' });
