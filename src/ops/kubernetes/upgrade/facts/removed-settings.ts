import { z } from 'zod';
import { lazily } from '../../../facts/lazily.ts';
import { Minor } from '../../release.ts';

const about = {
  kind: z.enum(['flag', 'featureGate', 'admissionPlugin', 'behaviour']),
  /** A flag with its dashes. */
  name: z.string(),
  /** Not yet in a release. */
  isPlanned: z.literal(true).optional(),
  effect: z.string(),
  replacement: z.string().optional(),
  source: z.array(z.string()).min(1).readonly(),
};
const ofEtcd = z.strictObject({
  ...about,
  component: z.literal('etcd'),
  /** The minor of etcd, such as `3.6`. */
  removedIn: z.string().regex(/^3\.\d+$/),
});
/** What a component no longer starts with, or no longer does, from a minor on. */
const ofKubernetes = z.strictObject({
  ...about,
  component: z.enum([
    ...['all', 'kube-apiserver', 'kube-controller-manager', 'kube-scheduler'],
    ...['kube-proxy', 'kubeadm', 'kubelet', 'registry'],
  ] as const),
  removedIn: Minor,
});
export type RemovedSetting = z.infer<typeof ofKubernetes>;
export type RemovedEtcdFlag = z.infer<typeof ofEtcd>;

const RemovedSettings = z.strictObject({
  asOf: z.iso.date(),
  note: z.string(),
  howToRead: z.record(z.string(), z.string()),
  /** From this minor on every feature gate has a row that Kubernetes' reference lists as removed; of those before it many are missing. */
  gatesWholeFrom: Minor,
  rows: z.array(z.union([ofEtcd, ofKubernetes])).readonly(),
});

export const removedSettings = lazily(import.meta.dirname, 'removed-settings.json', RemovedSettings);

/** What is removed in a minor later than `after` and no later than `until`. */
export const settingsRemoved = (after: number, until: number): readonly RemovedSetting[] =>
  removedSettings().rows.filter(
    (row): row is RemovedSetting => row.component !== 'etcd' && row.removedIn > after && row.removedIn <= until,
  );
