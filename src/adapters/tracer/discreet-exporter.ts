import type { Attributes } from '@opentelemetry/api';
import type { ReadableSpan, SpanExporter } from '@opentelemetry/sdk-trace-node';
import type { Logger } from '../../ports/logger.ts';

/** What may be told besides our own: of BullMQ's attributes those that hold no message and no options. */
const harmless = new Set([
  'bullmq.queue.name',
  'bullmq.queue.operation',
  'bullmq.job.id',
  'bullmq.job.attempts.made',
  'bullmq.worker.name',
]);

/** A collector that is down is told of this often, not with every batch. */
const sayEveryMs = 5 * 60_000;

/** Hands on what holds no secret: known attributes alone, masked, and no messages of errors, which may quote what somebody typed. */
export function discreetExporter(
  exporter: SpanExporter,
  { mask, logger }: { readonly mask: (text: string) => string; readonly logger: Logger },
): SpanExporter {
  let saidAtMs = Number.NEGATIVE_INFINITY;

  function complain(error: Error | undefined): void {
    if (performance.now() - saidAtMs < sayEveryMs) return;
    saidAtMs = performance.now();
    logger.warn({ err: error }, 'traces could not be sent to their collector, and are dropped while it is away');
  }

  return {
    export(spans, answer) {
      exporter.export(
        spans.map((span) => discreet(span, mask)),
        (result) => {
          // 0 is ExportResultCode.SUCCESS.
          if (result.code !== 0) complain(result.error);
          answer(result);
        },
      );
    },
    shutdown: () => exporter.shutdown(),
    async forceFlush() {
      await exporter.forceFlush?.();
    },
  };
}

function discreet(span: ReadableSpan, mask: (text: string) => string): ReadableSpan {
  return Object.create(span, {
    name: { value: mask(span.name) },
    attributes: { value: told(span.attributes, mask) },
    links: { value: span.links.map((link) => ({ ...link, attributes: told(link.attributes ?? {}, mask) })) },
    events: { value: [] },
    status: { value: { code: span.status.code } },
  });
}

const told = (attributes: Attributes, mask: (text: string) => string): Attributes =>
  Object.fromEntries(
    Object.entries(attributes).flatMap(([name, value]) =>
      name.startsWith('salvor.') || harmless.has(name)
        ? [[name, typeof value === 'string' ? mask(value) : value] as const]
        : [],
    ),
  );
