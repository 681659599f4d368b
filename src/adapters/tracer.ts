import {
  type Attributes,
  context,
  type Link,
  propagation,
  ROOT_CONTEXT,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer as Spans,
  trace,
} from '@opentelemetry/api';
import { OTLPTraceExporter } from '@opentelemetry/exporter-trace-otlp-http';
import { resourceFromAttributes } from '@opentelemetry/resources';
import { BatchSpanProcessor, NodeTracerProvider } from '@opentelemetry/sdk-trace-node';
import type { Logger } from '../ports/logger.ts';
import type { Facts, Tracer } from '../ports/tracer.ts';
import type { Trails } from '../ports/trails.ts';
import { beginningsOnly } from './tracer/beginnings-only.ts';
import { discreetExporter } from './tracer/discreet-exporter.ts';

export interface TracerSettings {
  /** Where OTLP over http is taken: its /v1/traces. */
  readonly url: string;
  /** Sent as a bearer token. */
  readonly token?: string | undefined;
  /** Of all traces, from 0 to 1; what belongs to a trace of another process is told as that one decided. */
  readonly share: number;
  /** Of this process: name, version, role. */
  readonly about: Facts;
  /** Where what is to be linked to is left. */
  readonly trails: Trails;
  readonly mask: (text: string) => string;
  readonly logger: Logger;
}

export interface RunningTracer extends Tracer {
  /** Sends what has not been sent, for at most two seconds. */
  close(): Promise<void>;
}

/** For one request to the collector, all its tries together. */
const patienceMs = 2000;

/**
 * Sets up OpenTelemetry for the whole process, BullMQ's spans among it: one of these at a time. While the collector is down spans are kept up to 2048 and
 * then dropped.
 */
export function createTracer({ url, token, share, about, trails, mask, logger }: TracerSettings): RunningTracer {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const exporter = new OTLPTraceExporter({ url, headers, timeoutMillis: patienceMs });
  const sending = new BatchSpanProcessor(discreetExporter(exporter, { mask, logger }), {
    scheduledDelayMillis: 1000,
    exportTimeoutMillis: patienceMs,
  });
  const provider = new NodeTracerProvider({
    resource: resourceFromAttributes(about),
    sampler: beginningsOnly(share),
    spanProcessors: [sending],
  });
  provider.register();
  const spans = provider.getTracer('salvor');
  return {
    entering: (name, facts, work) => spanned(spans, { name, facts, kind: SpanKind.SERVER }, work),
    within: (name, facts, work) => spanned(spans, { name, facts, kind: SpanKind.INTERNAL }, work),
    about: async (...ids) => void (await Promise.all(ids.map((id) => linked(id, trails)))),
    async close() {
      await atMost(patienceMs, provider.shutdown());
      for (const one of [trace, context, propagation]) one.disable();
    },
  };
}

interface Begun {
  readonly name: string;
  readonly facts: Facts;
  readonly kind: SpanKind;
}

function spanned<T>(spans: Spans, { name, facts, kind }: Begun, work: (note: (more: Facts) => void) => T): T {
  return spans.startActiveSpan(name, { kind, attributes: named(facts) }, (span) => {
    const end = (error?: unknown) => ended(span, error);
    try {
      const result = work((more) => void span.setAttributes(named(more)));
      if (!(result instanceof Promise)) {
        end();
        return result;
      }
      // Who asked sees the rejection: this branch only looks on.
      result.then(() => end(), end);
      return result;
    } catch (error) {
      end(error);
      throw error;
    }
  });
}

/**
 * Links are added to a span that is under way, rather than given to it when it begins: what it is about is often known only then, and nobody samples by links
 * here. Without Redis there are none.
 */
async function linked(id: string, trails: Trails): Promise<void> {
  const span = trace.getActiveSpan();
  if (!span?.isRecording()) return;
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  const before = await trails.leave(id, carrier.traceparent ?? '').catch(() => []);
  span.addLinks(before.flatMap((one) => linkTo(one, id)));
}

function linkTo(traceparent: string, id: string): readonly Link[] {
  const there = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, { traceparent }));
  return there ? [{ context: there, attributes: named({ about: id }) }] : [];
}

/** Of what went wrong its kind alone: messages may quote what people typed. */
function ended(span: Span, error: unknown): void {
  if (error !== undefined) {
    span.setStatus({ code: SpanStatusCode.ERROR });
    span.setAttribute('salvor.error', error instanceof Error ? error.name : 'unknown');
  }
  span.end();
}

/** 'job' becomes 'salvor.job', so that it is nobody else's. */
const named = (facts: Facts): Attributes =>
  Object.fromEntries(Object.entries(facts).map(([name, value]) => [`salvor.${name}`, value]));

/** Whatever becomes of it: what was not sent by then is lost, and the process ends. */
async function atMost(ms: number, work: Promise<void>): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>();
  const timer = setTimeout(resolve, ms);
  await Promise.race([work.catch(() => undefined), promise]);
  clearTimeout(timer);
}
