import type { Scene } from './play.ts';

/** One object that a person would look for in a backup. */
export const lookedFor = {
  key: '/registry/configmaps/payments/storefront',
  value: JSON.stringify({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'storefront', namespace: 'payments' },
    data: { currency: 'EUR', 'checkout.timeout': '30s' },
  }),
};

/** The main job, as it is played in #prod-1. */
export const scenes: readonly Scene[] = [
  {
    title: 'Vera may only look. Alice saves the cluster, and her thumb slips: she sends it twice.',
    acts: [
      { by: 'vera', types: '/salvor snapshot prod-1', told: 'which you do not have' },
      {
        by: 'alice',
        types: '/salvor snapshot prod-1 --reason “before the storage upgrade”',
        ...{ times: 2, told: 'already has this under way', ends: 'Done' },
      },
    ],
  },
  {
    title: 'Alice has the backup tried out, and Vera sees how the cluster stands.',
    acts: [
      { by: 'alice', types: '/salvor verify prod-1 latest', ends: 'Done' },
      { by: 'vera', types: '/salvor backups prod-1', ends: 'Done' },
    ],
  },
  {
    title: 'Alice looks for one object in the backup.',
    acts: [{ by: 'alice', types: `/salvor inspect prod-1 latest --key ${lookedFor.key}`, ends: 'Done' }],
  },
];
