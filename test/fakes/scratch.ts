import { createHash } from 'node:crypto';
import { Fault, Refusal } from '../../src/chatops/errors.ts';
import { createDatabaseDigest } from '../../src/ops/etcd/database/database-digest.ts';
import type {
  AtRevision,
  Scratch,
  ScratchEtcd,
  ScratchKey,
  ScratchObject,
  ScratchPlace,
  ScratchRequest,
  ScratchTool,
} from '../../src/ports/scratch.ts';
import { type DatabaseContent, readDatabase } from './scratch/read-database.ts';

type Moment = 'open' | 'write' | 'restore' | 'start' | 'ask';

export interface FakeScratch extends Scratch {
  /** Places opened and not closed. */
  readonly openPlaces: number;
  readonly requests: readonly ScratchRequest[];
  /** The next time it comes to this, it throws. */
  fail(moment: Moment, error: Error): void;
  /** The next restored etcd has lost this key, as no right one would. */
  loses(key: string): void;
  /** In the next restored etcd the lease of this key ends before anybody asks. */
  expires(key: string): void;
  /** Called when it comes to this, before anything is done. */
  onReaching(moment: Moment, call: () => void): void;
}

const usualTool: ScratchTool = { name: 'etcdutl', version: '3.5.30', etcdVersion: '3.5.30' };

/** Scratch etcds in memory, with a disk of so many bytes. */
export function createFakeScratch({
  diskBytes = 1024 ** 3,
  tool = usualTool,
}: {
  readonly diskBytes?: number;
  readonly tool?: ScratchTool;
} = {}): FakeScratch {
  const planned = new Map<Moment, Error>();
  const calls = new Map<Moment, () => void>();
  const requests: ScratchRequest[] = [];
  let lost: string | undefined;
  let expired: string | undefined;
  let openPlaces = 0;

  const reach = (moment: Moment, signal: AbortSignal | undefined) => {
    calls.get(moment)?.();
    signal?.throwIfAborted();
    const due = planned.get(moment);
    planned.delete(moment);
    if (due) throw due;
  };

  const etcdOn = (content: DatabaseContent, whole: AbortSignal | undefined): ScratchEtcd => {
    const end = expired;
    const gone = lost;
    const revision = content.revision + (end === undefined ? 0n : 1n);
    const objectsAt = (asked: bigint | undefined, signal: AbortSignal | undefined): readonly ScratchObject[] => {
      reach('ask', whole);
      signal?.throwIfAborted();
      if (asked !== undefined && asked > revision) throw answer('required revision is a future revision');
      if (asked !== undefined && asked < content.compactRevision) throw answer('required revision has been compacted');
      const living = content.at(asked ?? revision).filter(({ key }) => key !== gone);
      return asked === undefined || asked > content.revision ? living.filter(({ key }) => key !== end) : living;
    };
    const under = (prefix: string, { revision: asked, signal }: AtRevision) =>
      objectsAt(asked, signal).filter(({ key }) => key.startsWith(prefix));
    return {
      async revision({ signal } = {}) {
        objectsAt(undefined, signal);
        return revision;
      },
      count: async (prefix, options = {}) => under(prefix, options).length,
      async keysUnder(prefix, { limit, after, ...options }) {
        const isNext = ({ key }: ScratchKey) =>
          after === undefined || Buffer.compare(Buffer.from(key), Buffer.from(after)) > 0;
        const all = under(prefix, options).filter(isNext);
        const keys = all.slice(0, limit).map(({ value: _, ...facts }) => facts);
        return { keys, hasMore: all.length > limit };
      },
      valueOf: async (key, options = {}) => under(key, options).find((object) => object.key === key),
    };
  };

  return {
    get openPlaces() {
      return openPlaces;
    },
    requests,
    fail: (moment, error) => void planned.set(moment, error),
    onReaching: (moment, call) => void calls.set(moment, call),
    loses: (key) => {
      lost = key;
    },
    expires: (key) => {
      expired = key;
    },
    async open(request) {
      const { signal, databaseBytes } = request;
      signal?.throwIfAborted();
      requests.push(request);
      reach('open', signal);
      if (2 * databaseBytes > diskBytes) throw noRoom();
      openPlaces += 1;
      let file: Buffer | undefined;
      let restored: DatabaseContent | undefined;
      let isOpen = true;
      const place: ScratchPlace = {
        tool,
        async write(bytes) {
          reach('write', signal);
          const pieces: Buffer[] = [];
          let length = 0;
          for await (const piece of bytes) {
            signal?.throwIfAborted();
            length += piece.length;
            if (2 * length > diskBytes) throw outgrown();
            pieces.push(Buffer.from(piece));
          }
          file = Buffer.concat(pieces);
        },
        async restore({ hasDigest }) {
          reach('restore', signal);
          restored = restore(file ?? Buffer.of(), hasDigest);
        },
        async start() {
          reach('start', signal);
          if (!restored) throw new Error('nothing was restored');
          return etcdOn(restored, signal);
        },
        async close() {
          if (isOpen) openPlaces -= 1;
          isOpen = false;
        },
      };
      return place;
    },
    async file({ databaseBytes, signal }) {
      signal?.throwIfAborted();
      if (databaseBytes > diskBytes) throw noRoom();
      openPlaces += 1;
      let isOpen = true;
      return {
        path: `/scratch/${openPlaces}/snapshot.db`,
        async write(bytes) {
          reach('write', signal);
          const hash = createHash('sha256');
          for await (const piece of bytes) hash.update(piece);
          return { sha256: hash.digest('hex') };
        },
        async close() {
          if (isOpen) openPlaces -= 1;
          isOpen = false;
        },
      };
    },
  };
}

function restore(file: Buffer, hasDigest: boolean): DatabaseContent {
  const digest = createDatabaseDigest();
  digest.update(file);
  const found = digest.finish().digest;
  if (hasDigest && found !== 'right') throw notRestored('expected sha256 …, got …');
  try {
    return readDatabase(file);
  } catch (error) {
    throw notRestored(error instanceof Error ? error.message : String(error));
  }
}

const notRestored = (why: string) =>
  new Fault(`etcdutl 3.5.30 did not restore it: ${why}`, {
    ...{ port: 'scratch', operation: 'restore', code: 'SCRATCH_RESTORE', retryable: false },
  });

const answer = (why: string) =>
  new Fault(`The scratch etcd gave no answer: ${why}`, {
    ...{ port: 'scratch', operation: 'ask', code: 'SCRATCH_ANSWER', retryable: true },
  });

const noRoom = () =>
  new Refusal(
    'Trying this backup out takes about 2.0 GiB in /tmp, and 1.0 GiB are free there.',
    'Free some, or name a larger disk in salvor.yaml: drill.directory.',
  );

const outgrown = () =>
  new Refusal(
    'Unpacked, this backup is larger than its size let expect: trying it out takes 2.0 GiB in /tmp or more, and it can have 1.0 GiB there. It was left before the disk was full.',
    'Free some, or name a larger disk in salvor.yaml: drill.directory.',
  );
