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

/** One that no API server of 1.37 can read, as 1.36 stores it where the alpha is on. */
export const storedInAlpha = {
  key: '/registry/podgroups/ml/training',
  value: JSON.stringify({
    apiVersion: 'scheduling.k8s.io/v1alpha2',
    kind: 'PodGroup',
    metadata: { name: 'training', namespace: 'ml' },
  }),
};

/** What somebody has in their repository: an API that Kubernetes 1.37 has no more. */
const manifest = {
  name: 'service-cidr.yaml',
  bytes: Buffer.from(`apiVersion: networking.k8s.io/v1beta1
kind: ServiceCIDR
metadata: {name: extra}
spec: {cidrs: [10.97.0.0/16]}
`),
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
    title: 'Alice has the backup tried out, and Vera sees how the cluster stands, and whether it can be relied upon.',
    acts: [
      { by: 'alice', types: '/salvor verify prod-1 latest', ends: 'Done' },
      { by: 'vera', types: '/salvor backups prod-1', ends: 'Done' },
      { by: 'vera', types: '/salvor watch prod-1', ends: 'Done' },
    ],
  },
  {
    title:
      'Vera asks who leads, and whether Kubernetes may be upgraded: what etcd holds, who calls, and this manifest stand in the way.',
    acts: [
      { by: 'vera', types: '/salvor leaders prod-1', ends: 'Done' },
      { by: 'vera', types: '/salvor upgrade prod-1 1.37', ends: 'Done' },
      { by: 'vera', types: '@salvor upgrade prod-1 1.37', files: [manifest], ends: 'Done' },
    ],
  },
  {
    title: 'Alice looks for one object in the backup.',
    acts: [{ by: 'alice', types: `/salvor inspect prod-1 latest --key ${lookedFor.key}`, ends: 'Done' }],
  },
];

/** What is written after the backup, so that the restore has something to lose. */
export const writtenLater = '/registry/rbac.authorization.k8s.io/clusterrolebindings/everybody-is-admin';

/** After a bad change the cluster goes back to the backup: planned by one, agreed to by two others, done by nobody alone. */
export const restoreScenes: readonly Scene[] = [
  {
    title:
      'A bad rollout has reached the cluster. Alice plans a restore; Bob and Carol, whose Slack is Chinese, read what will be lost, and agree.',
    acts: [
      { by: 'alice', types: '/salvor restore prod-1 latest --reason “bad RBAC rollout”', ends: 'Done' },
      { by: 'alice', approves: 'prod-1', told: 'This takes the approver right' },
      { by: 'bob', approves: 'prod-1', told: 'Your vote counts: 1 of 2' },
      { by: 'carol', approves: 'prod-1', told: '你的票已计入：2 / 2', ends: 'Done' },
    ],
  },
];

const upgrade = '/salvor harbor reg-eu 2.14.1 --reason “2.10 has no fixes any more”';

/** A registry is to go two hops on, and something is missing on its host. */
export const blockedScenes: readonly Scene[] = [
  {
    title: 'The registry reg-eu is to be upgraded. Alice asks for a plan, and reads what must be resolved first.',
    acts: [{ by: 'alice', types: upgrade, ends: 'Refused' }],
  },
];

/** Once it is resolved: agreed to by two others, and gone on with after the first hop. */
export const harborScenes: readonly Scene[] = [
  {
    title: 'Alice asks again; Bob and Carol read the way, and from where there is no way back without loss, and agree.',
    acts: [
      { by: 'alice', types: upgrade, ends: 'Done' },
      { by: 'bob', approves: 'reg-eu', told: 'Your vote counts: 1 of 2' },
      { by: 'carol', approves: 'reg-eu', told: '你的票已计入：2 / 2', ends: 'Done so far' },
    ],
  },
  {
    title: 'The first hop is verified, and it waits. Alice lets it go on, and Vera sees how the registry is.',
    acts: [
      { by: 'alice', presses: 'Resume', ends: 'Done' },
      { by: 'vera', types: '/salvor registry reg-eu', ends: 'Done' },
    ],
  },
];
