import { z } from 'zod';
import { lazily } from '../../../facts/lazily.ts';
import { Minor } from '../../release.ts';

const Source = z.array(z.string()).min(1).readonly();

/** A kind in one version of its API, and when Kubernetes stops to serve it: by its own lifecycle tags, not by what scanners say. */
const ApiRemoval = z.strictObject({
  apiVersion: z.string(),
  kind: z.string(),
  /** As the metric of deprecated calls names it; absent where it is no resource of its own. */
  resource: z.string().optional(),
  introducedIn: Minor.optional(),
  deprecatedIn: Minor.optional(),
  /** The first minor without it; absent where it is deprecated and stays. */
  removedIn: Minor.optional(),
  /**
   * The first minor whose API server cannot read an object that etcd holds in this version; absent where all known ones do, as with most: Kubernetes
   * stops to serve a version long before it drops the type. Absent too where no API server asks for the kind any more. A version whose type was last
   * seen in one minor of kubernetes/api counts as unreadable in the next. Source: kubernetes/kubernetes#96104, #134784.
   */
  unreadableIn: Minor.optional(),
  /** `scheduled`: computed by Kubernetes' lifecycle generator, and may change until then. */
  certainty: z.enum(['removed', 'candidate', 'scheduled', 'kept']),
  /** Else it is the kind of a configuration file, which no API server serves. */
  isServed: z.boolean(),
  isStored: z.boolean(),
  /** Nothing reads or converts its objects afterwards: they must be gone before. */
  mustBeDeletedFirst: z.literal(true).optional(),
  replacement: z.strictObject({ apiVersion: z.string(), kind: z.string(), availableIn: Minor }).optional(),
  notes: z.array(z.string()).readonly().optional(),
  /** What the scanner pluto says of it, which is at times otherwise. */
  pluto: z.strictObject({ deprecatedIn: Minor.nullable(), removedIn: Minor.nullable() }).optional(),
  /** What the lifecycle tags said before it was removed otherwise. */
  generatedRemovedIn: Minor.optional(),
  guideRemovedIn: Minor.optional(),
  source: Source,
});
export type ApiRemoval = z.infer<typeof ApiRemoval>;

const ApiRemovals = z.strictObject({
  asOf: z.iso.date(),
  servingRule: z.strictObject({ text: z.string(), source: Source }),
  usageMetric: z.strictObject({ name: z.string(), stableIn: Minor, source: Source }),
  auditAnnotations: z.array(z.string()).readonly(),
  onlyInPluto: z
    .array(
      z.strictObject({
        apiVersion: z.string(),
        kind: z.string(),
        deprecatedIn: Minor.optional(),
        removedIn: Minor.optional(),
      }),
    )
    .readonly(),
  rows: z.array(ApiRemoval).readonly(),
});

export const apiRemovals = lazily(import.meta.dirname, 'api-removals.json', ApiRemovals);
