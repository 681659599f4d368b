import type { z } from 'zod';
import type { Traces } from './observing-schema.ts';
import type { Outline } from './outline.ts';
import { BaseUrl } from './pieces.ts';
import type { Environment, Secrets } from './secrets.ts';

/** Where traces go, and which of them. */
export interface TracesAccess {
  /** Ends in /v1/traces. */
  readonly url: string;
  readonly token: string | undefined;
  readonly share: number;
}

/** What opens the page of the queues; at least one of both. */
export interface QueuePageKeys {
  readonly password: string | undefined;
  readonly token: string | undefined;
}

/** The endpoint that counts, from the file or as OpenTelemetry names it; undefined where there is none, so that nothing is traced. */
export function tracesEndpoint({ traces }: Outline, environment: Environment, secrets: Secrets): string | undefined {
  const name = 'OTEL_EXPORTER_OTLP_ENDPOINT';
  if (environment.OTEL_SDK_DISABLED?.toLowerCase() === 'true') return undefined;
  // OpenTelemetry reads these by itself: name=value, name=value.
  for (const pair of environment.OTEL_EXPORTER_OTLP_HEADERS?.split(',') ?? []) {
    const value = pair.slice(pair.indexOf('=') + 1).trim();
    if (value !== '') secrets.values.add(value);
  }
  if (traces?.endpoint !== undefined) return traces.endpoint;
  const given = environment[name];
  if (!given) {
    if (traces) secrets.problems.push({ path: 'traces.endpoint', expected: `must be given, or ${name}` });
    return undefined;
  }
  const read = BaseUrl.safeParse(given);
  if (read.success) return given;
  secrets.problems.push({ path: name, expected: read.error.issues[0]?.message ?? 'must be a URL' });
  return undefined;
}

export const tracesToken = ({ traces }: Outline, secrets: Secrets): string | undefined =>
  traces?.token && secrets.required(traces.token, 'the bearer token of the collector of traces');

export const tracesAccess = (
  endpoint: string | undefined,
  token: string | undefined,
  settings: z.infer<typeof Traces> | undefined,
): TracesAccess | undefined =>
  endpoint === undefined
    ? undefined
    : { url: `${endpoint.replace(/\/+$/, '')}/v1/traces`, token, share: settings?.share ?? 1 };

/** Undefined where there is no such page. */
export function queuePageKeys({ queuePage }: Outline, secrets: Secrets): QueuePageKeys | undefined {
  if (!queuePage) return undefined;
  const { password, token } = queuePage;
  return {
    password: password && secrets.required(password, 'the password of the page of the queues'),
    token: token && secrets.required(token, 'the bearer token of the page of the queues'),
  };
}
