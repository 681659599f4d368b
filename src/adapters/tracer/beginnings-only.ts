import { SpanKind } from '@opentelemetry/api';
import {
  ParentBasedSampler,
  type Sampler,
  SamplingDecision,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-node';

/**
 * Lets traces begin with what comes in from outside or is put into a queue, `share` of them (0 to 1), and each span follow its parent. All else outside of a
 * trace is left away: a worker of BullMQ's looks for the next job every two seconds, and renews its locks.
 */
export function beginningsOnly(share: number): Sampler {
  const some = new TraceIdRatioBasedSampler(share);
  const root: Sampler = {
    shouldSample: (within, traceId, _name, kind) =>
      kind === SpanKind.INTERNAL ? { decision: SamplingDecision.NOT_RECORD } : some.shouldSample(within, traceId),
    toString: () => `beginnings only, ${some}`,
  };
  return new ParentBasedSampler({ root });
}
