import { z } from 'zod';
import { Time } from '../time.ts';

/** Who leads a component, as it is written down. Source: client-go tools/leaderelection/resourcelock. */
export interface Lock {
  /** Of the object, which is the component's: 'kube-scheduler'. */
  readonly name: string;
  readonly kind: 'Lease' | 'Endpoints' | 'ConfigMap';
  /** 'cp-1_7d5c…'; undefined once the holder has let go on purpose. */
  readonly holder: string | undefined;
  readonly acquiredAt: Date | undefined;
  readonly renewedAt: Date | undefined;
  /** How long a holder that does not renew is still believed. */
  readonly durationMs: number | undefined;
  /** How often it changed hands. */
  readonly transitions: number;
  /** Set where the API server elects (since 1.31, if switched on): 'OldestEmulationVersion'. */
  readonly strategy?: string;
  /** Who is to take over from the holder; set while it is asked to let go. */
  readonly preferredHolder?: string;
}

/** Where components older than Kubernetes 1.20 by default, and until 1.26 if told to, write down who leads. */
export const leaderAnnotation = 'control-plane.alpha.kubernetes.io/leader';

const Name = z.object({ name: z.string() });

const LeaseObject = z.object({
  metadata: Name,
  spec: z
    .object({
      holderIdentity: z.string().nullish(),
      leaseDurationSeconds: z.number().nullish(),
      acquireTime: Time,
      renewTime: Time,
      leaseTransitions: z.number().nullish(),
      strategy: z.string().nullish(),
      preferredHolder: z.string().nullish(),
    })
    .prefault({}),
});

/** Throws ZodError on what is no Lease. */
export function lockOfLease(object: unknown): Lock {
  const { metadata, spec } = LeaseObject.parse(object);
  return {
    ...{ name: metadata.name, kind: 'Lease', holder: spec.holderIdentity || undefined },
    ...{ acquiredAt: spec.acquireTime, renewedAt: spec.renewTime },
    durationMs: spec.leaseDurationSeconds == null ? undefined : spec.leaseDurationSeconds * 1000,
    transitions: spec.leaseTransitions ?? 0,
    ...coordination(spec),
  };
}

const Annotated = z.object({
  metadata: Name.extend({ annotations: z.record(z.string(), z.string()).nullish() }),
});
/** As the annotation has it: the same words, but for the count of takeovers. */
const LeaderRecord = z.object({
  holderIdentity: z.string().nullish(),
  leaseDurationSeconds: z.number().nullish(),
  acquireTime: Time,
  renewTime: Time,
  leaderTransitions: z.number().nullish(),
  strategy: z.string().nullish(),
  preferredHolder: z.string().nullish(),
});

/** Of an Endpoints or a ConfigMap; undefined where it is none of a leader. Throws SyntaxError and ZodError on an annotation that is broken. */
export function lockOfAnnotation(kind: 'Endpoints' | 'ConfigMap', object: unknown): Lock | undefined {
  const { name, annotations } = Annotated.parse(object).metadata;
  const text = annotations?.[leaderAnnotation];
  if (text === undefined) return undefined;
  const record = LeaderRecord.parse(JSON.parse(text));
  return {
    ...{ name, kind, holder: record.holderIdentity || undefined },
    ...{ acquiredAt: record.acquireTime, renewedAt: record.renewTime },
    durationMs: record.leaseDurationSeconds == null ? undefined : record.leaseDurationSeconds * 1000,
    transitions: record.leaderTransitions ?? 0,
    ...coordination(record),
  };
}

/** What somebody broke by hand tells of no leader, and must not hide the others. */
export function annotationIn(kind: 'Endpoints' | 'ConfigMap', object: unknown): Lock | undefined {
  try {
    return lockOfAnnotation(kind, object);
  } catch {
    return undefined;
  }
}

type Coordination = Pick<z.infer<typeof LeaderRecord>, 'strategy' | 'preferredHolder'>;
const coordination = ({ strategy, preferredHolder }: Coordination): Pick<Lock, 'strategy' | 'preferredHolder'> => ({
  ...(strategy ? { strategy } : {}),
  ...(preferredHolder ? { preferredHolder } : {}),
});

/** The host before the underscore: components call themselves 'cp-1_<uuid>'. */
export const hostOf = ({ holder }: Pick<Lock, 'holder'>): string | undefined => holder?.split('_')[0];

/** Of two locks of one component, the one that is kept up: components that write both renew both; what was left behind is history. */
export function newerOf(one: Lock, other: Lock): Lock {
  return (other.renewedAt?.getTime() ?? 0) > (one.renewedAt?.getTime() ?? 0) ? other : one;
}
