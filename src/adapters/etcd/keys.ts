import type { CallOptions } from '@grpc/grpc-js';
import type { Etcd3, IRangeRequest } from 'etcd3';
import { z } from 'zod';
import type { AskOptions, EtcdHash, EtcdKey, EtcdValue, WorkOptions } from '../../ports/etcd.ts';
import type { Members } from './members.ts';

// What members are asked about their keys. Each function here is the port's method of its name.

const usualPageKeys = 1_000;
const usualPageValues = 32;
const zero = Buffer.from([0]);

type Paging = AskOptions & { readonly prefix?: string; readonly pageKeys?: number };

export async function* keys(
  members: Members,
  endpoint: string,
  { pageKeys = usualPageKeys, ...paging }: Paging,
): AsyncGenerator<readonly EtcdKey[]> {
  for await (const kvs of pages(members, endpoint, { ...paging, pageKeys, keys_only: true }))
    yield kvs.map((one) => ({
      key: one.key.toString(),
      createRevision: BigInt(one.create_revision),
      modRevision: BigInt(one.mod_revision),
    }));
}

export async function* values(
  members: Members,
  endpoint: string,
  { pageKeys = usualPageValues, ...paging }: Paging,
): AsyncGenerator<readonly EtcdValue[]> {
  for await (const kvs of pages(members, endpoint, { ...paging, pageKeys, keys_only: false }))
    yield kvs.map(({ key, value }) => ({ key: key.toString(), value }));
}

async function* pages(
  members: Members,
  endpoint: string,
  { prefix = '', pageKeys, keys_only, signal }: Paging & { readonly pageKeys: number; readonly keys_only: boolean },
) {
  const range = rangeOf(prefix);
  let from = range.key;
  let revision = '0';
  for (;;) {
    const request = { ...range, key: from, limit: pageKeys, keys_only, serializable: true, revision };
    const page = await ask(members, endpoint, keys_only ? 'keys' : 'values', request, signal);
    if (revision === '0') revision = page.header.revision;
    const last = page.kvs.at(-1);
    if (!last) return;
    yield page.kvs;
    if (!page.more) return;
    from = Buffer.concat([last.key, zero]);
  }
}

export async function count(
  members: Members,
  endpoint: string,
  prefix: string,
  { signal }: AskOptions,
): Promise<number> {
  const request = { ...rangeOf(prefix), count_only: true, serializable: true };
  return Number((await ask(members, endpoint, 'count', request, signal)).count);
}

export async function hash(
  members: Members,
  endpoint: string,
  revision: bigint,
  { signal, timeLimitMs }: WorkOptions,
): Promise<EtcdHash> {
  const found = await members.ask(
    endpoint,
    {
      operation: 'hash',
      timeLimitMs,
      call: (client, options) => hashKv(client, { revision: revision.toString() }, options),
    },
    signal,
  );
  const answer = HashAnswer.parse(found);
  return { hash: answer.hash.toString(16), compactRevision: BigInt(answer.compact_revision) };
}

const HashAnswer = z.object({ hash: z.number(), compact_revision: z.string() });

/** etcd3's own method of this name calls one that its client has not: grpc-js knows HashKV as such and as hashKv. */
function hashKv(client: Etcd3, request: { readonly revision: string }, options: CallOptions): Promise<unknown> {
  // biome-ignore lint/complexity/useLiteralKeys: only so may what is private be reached.
  return client.maintenance['client'].exec('Maintenance', 'HashKV', request, options);
}

export async function removePrefix(
  members: Members,
  endpoint: string,
  prefix: string,
  { signal }: AskOptions,
): Promise<number> {
  if (prefix === '') throw new RangeError('an empty prefix means every key there is');
  const answer = await members.ask(
    endpoint,
    { operation: 'remove keys', call: (client, options) => client.kv.deleteRange(rangeOf(prefix), options) },
    signal,
  );
  return Number(answer.deleted);
}

function ask(
  members: Members,
  endpoint: string,
  operation: string,
  request: IRangeRequest,
  signal: AbortSignal | undefined,
) {
  return members.ask(endpoint, { operation, call: (client, options) => client.kv.range(request, options) }, signal);
}

/** From the prefix to the first key behind all that begin so; a lone zero means: to the end. */
function rangeOf(prefix: string): { readonly key: Buffer; readonly range_end: Buffer } {
  const key = Buffer.from(prefix);
  if (key.length === 0) return { key: zero, range_end: zero };
  const end = Buffer.from(key);
  // No UTF-8 holds the byte 255, which could not be counted up.
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key, range_end: end };
}
