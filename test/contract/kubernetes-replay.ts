import type { Answer } from './ask-api-server.ts';

/** What differs between two clusters that do the same. */
const ofOneCluster = new Set(['storageVersionHash', 'description', 'managedFields']);
const ofOneWrite = new Set(['uid', 'resourceVersion', 'creationTimestamp', 'generation']);

/** A body without what differs anyhow; of what was written meanwhile, neither what the API server gave it. */
export function normalised(body: unknown, isWritten = false): unknown {
  if (Array.isArray(body)) return body.map((one) => normalised(one, isWritten));
  if (typeof body !== 'object' || body === null) return body;
  return Object.fromEntries(
    Object.entries(body)
      .filter(([name, value]) => !ofOneCluster.has(name) && value !== undefined)
      .map(([name, value]) => [name, isWritten && ofOneWrite.has(name) ? '…' : normalised(value, isWritten)]),
  );
}

const telling = ['content-type', 'cache-control', 'warning', 'retry-after', 'x-content-type-options'];

/** The headers by which a client does one thing or another. */
export const headersOf = (headers: Answer['headers']): object =>
  Object.fromEntries(telling.flatMap((name) => (headers[name] === undefined ? [] : [[name, headers[name]]])));
