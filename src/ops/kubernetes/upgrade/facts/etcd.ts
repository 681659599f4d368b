import { z } from 'zod';
import { lazily } from '../../../facts/lazily.ts';
import { Minor } from '../../release.ts';

const Source = z.array(z.string()).min(1).readonly();
const Fact = z.strictObject({ fact: z.string(), source: Source });

/** What kubeadm deploys with a minor, from which patch on; tags of images, as `3.5.24-0`. */
const Shipped = z.strictObject({
  minor: Minor,
  isPrerelease: z.literal(true).optional(),
  firstRelease: z.string(),
  lastRelease: z.string(),
  changes: z
    .array(z.strictObject({ from: z.string(), etcd: z.string(), coredns: z.string(), pause: z.string() }))
    .min(1)
    .readonly(),
});
export type Shipped = z.infer<typeof Shipped>;

/** What etcd asks of its members before their next minor, such as `3.5` to `3.6`. */
const EtcdGate = z.strictObject({
  from: z.string(),
  to: z.string(),
  /** Patches of the old minor: below the first it must not be tried, below the second the guide advises against it. */
  minimum: z.string().optional(),
  recommended: z.string().optional(),
  rule: z.string(),
  removedFlags: z.array(z.string()).readonly().optional(),
  removedFlagsPrefix: z.string().optional(),
  issues: z.array(z.string()).readonly().optional(),
  source: Source,
});
export type EtcdGate = z.infer<typeof EtcdGate>;

const EtcdFacts = z.strictObject({
  asOf: z.iso.date(),
  note: z.string(),
  source: Source,
  shipped: z.array(Shipped).readonly(),
  hops: z
    .array(
      z.strictObject({
        ...{ from: z.string(), to: z.string(), fromEtcd: z.string(), toEtcd: z.string(), changesMinor: z.boolean() },
        ...{ minimumSourcePatch: z.string().optional(), guideSourcePatch: z.string().optional() },
        ...{ defaultSatisfies: z.boolean().optional(), verdict: z.string().optional() },
      }),
    )
    .readonly(),
  gates: z.array(EtcdGate).readonly(),
  unsound: z.array(z.strictObject({ from: z.string(), to: z.string(), why: z.string(), source: Source })).readonly(),
  rollback: z.strictObject({ rule: z.string(), source: Source }),
  kubeadm: z.array(Fact).readonly(),
  tools: z.array(Fact).readonly(),
  limits: z
    .array(z.strictObject({ name: z.string(), value: z.string(), flag: z.string().optional(), source: Source }))
    .readonly(),
  current: z.strictObject({ versions: z.array(z.string()).readonly(), on: z.iso.date(), source: Source }),
});

export const etcdFacts = lazily(import.meta.dirname, 'etcd.json', EtcdFacts);

/** What kubeadm deploys with a minor; undefined where the table does not know it. */
export const shippedWith = (minor: number): Shipped | undefined =>
  etcdFacts().shipped.find((one) => one.minor === minor);

/** The last of a minor's patches that the table has seen. */
export const lastShippedWith = (minor: number): Shipped['changes'][number] | undefined =>
  shippedWith(minor)?.changes.at(-1);
