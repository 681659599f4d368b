import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const Value = z.object({
  stringValue: z.string().optional(),
  intValue: z.number().optional(),
  boolValue: z.boolean().optional(),
});
const Attributes = z
  .array(z.object({ key: z.string(), value: Value }))
  .default([])
  .transform((all) =>
    Object.fromEntries(all.map(({ key, value }) => [key, value.stringValue ?? value.intValue ?? value.boolValue])),
  );
const Span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(''),
  name: z.string(),
  attributes: Attributes,
  links: z.array(z.object({ traceId: z.string(), spanId: z.string(), attributes: Attributes })).default([]),
  events: z.array(z.unknown()).default([]),
  status: z.object({ code: z.number().default(0), message: z.string().optional() }).default({ code: 0 }),
});
/** What OTLP over http sends as JSON. Source: opentelemetry-proto, ExportTraceServiceRequest. */
const Export = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes: Attributes }),
      scopeSpans: z.array(z.object({ spans: z.array(Span) })),
    }),
  ),
});

/** A span, and which process told of it. */
export type ToldSpan = z.infer<typeof Span> & { readonly service: Readonly<Record<string, unknown>> };

/** What `of` these is linked to what: 'run restore → slack command: approval pending (a-1)', where the first of the trace that is linked to is named before the colon. */
export const linksOf = (spans: readonly ToldSpan[], of = spans): readonly string[] =>
  of.flatMap(({ name, links }) =>
    links.map(({ traceId, spanId, attributes }) => {
      const there = spans.filter((span) => span.traceId === traceId);
      const [root, target] = [
        ({ parentSpanId }: ToldSpan) => parentSpanId === '',
        (one: ToldSpan) => one.spanId === spanId,
      ];
      return `${name} → ${there.find(root)?.name}: ${there.find(target)?.name} (${attributes['salvor.about']})`;
    }),
  );

/** A span and those above it, up to the first of its trace: 'run restore < process main-danger < …'. */
export function lineOf(spans: readonly ToldSpan[], span: ToldSpan | undefined): string {
  const above = span && spans.find(({ spanId, traceId }) => spanId === span.parentSpanId && traceId === span.traceId);
  return above ? `${span.name} < ${lineOf(spans, above)}` : `${span?.name}`;
}

export interface Collector {
  readonly url: string;
  readonly spans: readonly ToldSpan[];
  /** All that was sent, as it was sent. */
  readonly bodies: readonly string[];
  /** Of each request. */
  readonly tokens: ReadonlySet<string | undefined>;
  stop(): Promise<void>;
}

/** A real server that takes OTLP over http; `deaf` takes connections and never answers. */
export async function startCollector({ isDeaf = false } = {}): Promise<Collector> {
  const spans: ToldSpan[] = [];
  const bodies: string[] = [];
  const tokens = new Set<string | undefined>();
  const server = createServer(async (request, response) => {
    if (isDeaf) return;
    const body = await text(request);
    bodies.push(body);
    tokens.add(request.headers.authorization);
    for (const { resource, scopeSpans } of Export.parse(JSON.parse(body)).resourceSpans)
      spans.push(...scopeSpans.flatMap((one) => one.spans.map((span) => ({ ...span, service: resource.attributes }))));
    response.writeHead(request.url === '/v1/traces' ? 200 : 404, { 'content-type': 'application/json' }).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    ...{ spans, bodies, tokens },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
