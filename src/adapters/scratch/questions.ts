import type { CallOptions } from '@grpc/grpc-js';
import { noop } from 'cockatiel';
import { Etcd3, type IRangeRequest, type IRangeResponse } from 'etcd3';
import { Fault } from '../../chatops/errors.ts';
import type { AtRevision, ScratchEtcd, ScratchKey } from '../../ports/scratch.ts';

/** Objects have up to 1.5 MiB each: so many in one answer are bearable. */
const mostInOneAnswer = 64;
/** Counting a million keys takes a fraction of a second. */
const askMs = 60_000;

export interface Questions extends ScratchEtcd {
  close(): void;
}

/** Asks the scratch etcd on a socket of its directory. */
export function askEtcd(socket: string, whole: AbortSignal | undefined): Questions {
  const client = new Etcd3({
    hosts: `unix:${socket}`,
    grpcOptions: { 'grpc.max_receive_message_length': -1 },
    faultHandling: { host: () => noop, global: noop },
  });

  const ask = async (range: IRangeRequest, { signal, revision }: AtRevision): Promise<IRangeResponse> => {
    const stop = AbortSignal.any([whole, signal].filter((each) => each !== undefined));
    stop.throwIfAborted();
    // etcd3 cannot end a call that is under way; it is given up by ending etcd itself.
    const { promise: stopped, reject } = Promise.withResolvers<never>();
    const abort = () => reject(stop.reason);
    stop.addEventListener('abort', abort, { once: true });
    const options: CallOptions = { deadline: Date.now() + askMs };
    const at = revision === undefined ? {} : { revision: String(revision) };
    try {
      return await Promise.race([client.kv.range({ serializable: true, ...range, ...at }, options), stopped]);
    } catch (error) {
      stop.throwIfAborted();
      throw asFault(error);
    } finally {
      stop.removeEventListener('abort', abort);
    }
  };

  return {
    async revision(options = {}) {
      const { header } = await ask({ key: Buffer.from([0]), limit: 1, keys_only: true }, options);
      return BigInt(header.revision);
    },
    async count(prefix, options = {}) {
      const { count } = await ask({ ...under(prefix), count_only: true }, options);
      return Number(count);
    },
    async keysUnder(prefix, { limit, after, ...options }) {
      const keys: ScratchKey[] = [];
      let from = after === undefined ? {} : { key: rightAfter(Buffer.from(after)) };
      for (;;) {
        const wanted = Math.min(mostInOneAnswer, limit - keys.length);
        const { kvs, more } = await ask({ ...under(prefix), ...from, limit: wanted }, options);
        keys.push(...kvs.map(toKey));
        const last = kvs.at(-1);
        if (!more || !last || keys.length >= limit) return { keys, hasMore: more };
        from = { key: rightAfter(last.key) };
      }
    },
    async valueOf(key, options = {}) {
      const { kvs } = await ask({ key: Buffer.from(key) }, options);
      const [found] = kvs;
      return found && { ...toKey(found), value: found.value };
    },
    close: () => client.close(),
  };
}

function under(prefix: string): IRangeRequest {
  if (prefix === '') return { key: Buffer.from([0]), range_end: Buffer.from([0]) };
  const key = Buffer.from(prefix);
  const end = Buffer.from(key);
  // UTF-8 has no byte of 255: the last one can always be raised.
  end.writeUInt8(end.readUInt8(end.length - 1) + 1, end.length - 1);
  return { key, range_end: end };
}

const rightAfter = (key: Buffer): Buffer => Buffer.concat([key, Buffer.from([0])]);

function toKey(found: IRangeResponse['kvs'][number]): ScratchKey {
  return {
    key: found.key.toString(),
    valueBytes: found.value.length,
    createRevision: BigInt(found.create_revision),
    modRevision: BigInt(found.mod_revision),
    version: BigInt(found.version),
    hasLease: found.lease !== '0',
  };
}

function asFault(error: unknown): Fault {
  return new Fault(`The scratch etcd gave no answer: ${error instanceof Error ? error.message : error}`, {
    port: 'scratch',
    operation: 'ask',
    code: 'SCRATCH_ANSWER',
    retryable: true,
    next: 'Retry; if it happens again, look at the memory and the disk of the worker.',
    cause: error,
  });
}
