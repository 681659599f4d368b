import { Refusal } from '../../chatops/errors.ts';
import { bytesInWords } from '../../chatops/format.ts';

/** The disk that places share. */
export interface Disk {
  /** As people know it. */
  readonly name: string;
  freeBytes(): Promise<number>;
  /** What a directory on it takes up. */
  usedBytes(directory: string): Promise<number>;
}

/** Room on the disk for one place. */
export interface Holding {
  /** From now on what lies there counts as taken from this holding. */
  liesIn(directory: string): void;
  /** Throws Refusal, and leaves the holding as it is, where the disk has no room for so many bytes in all. */
  growTo(bytes: number): Promise<void>;
  /** May be called twice. */
  giveBack(): void;
}

/** Promises the room on a disk, each byte once: what one place was promised and has not taken yet is not free for another. */
export interface Room {
  /**
   * Waits while there is only too little because others were promised it. Throws Refusal where the disk would be too small without them too,
   * and the signal's reason.
   */
  take(bytes: number, signal: AbortSignal | undefined): Promise<Holding>;
}

interface Promised {
  bytes: number;
  directory?: string;
}

export function createRoom(disk: Disk): Room {
  const promised = new Set<Promised>();
  let change = Promise.withResolvers<void>();

  /** First what is used: what is written meanwhile counts as free no more, and as still to come. */
  const measure = async () => {
    const all = [...promised];
    const used = await Promise.all(all.map((each) => usedBy(disk, each)));
    return { used: new Map(all.map((each, index) => [each, used[index] ?? 0])), free: await disk.freeBytes() };
  };
  /** To be asked and acted upon in one go: whoever came while the disk was measured counts with all that it was promised. */
  const judge = ({ used, free }: Awaited<ReturnType<typeof measure>>, own?: Promised) => {
    const others = [...promised].filter((each) => each !== own);
    const owed = sum(others.map((each) => Math.max(0, each.bytes - (used.get(each) ?? 0))));
    return { left: free - owed, taken: sum(others.map((each) => used.get(each) ?? 0)) };
  };

  const hold = (mine: Promised): Holding => {
    promised.add(mine);
    return {
      liesIn(directory) {
        mine.directory = directory;
      },
      async growTo(bytes) {
        const measured = await measure();
        const atMost = judge(measured, mine).left + (measured.used.get(mine) ?? 0);
        if (bytes > atMost) throw outgrown(disk, bytes, atMost);
        mine.bytes = bytes;
      },
      giveBack() {
        if (!promised.delete(mine)) return;
        change.resolve();
        change = Promise.withResolvers();
      },
    };
  };

  return {
    async take(bytes, signal) {
      for (;;) {
        const measured = await measure();
        signal?.throwIfAborted();
        const { left, taken } = judge(measured);
        if (bytes <= left) return hold({ bytes });
        if (promised.size === 0 || bytes > measured.free + taken) throw noRoom(disk, bytes, measured.free);
        await until(change.promise, signal);
      }
    },
  };
}

async function until(change: Promise<void>, signal: AbortSignal | undefined): Promise<void> {
  const { promise: stopped, reject } = Promise.withResolvers<never>();
  const stop = () => reject(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  try {
    await Promise.race([change, stopped]);
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}

const usedBy = async (disk: Disk, { directory }: Promised): Promise<number> =>
  directory === undefined ? 0 : disk.usedBytes(directory);

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

const next = 'Free some, or name a larger disk in salvor.yaml: drill.directory.';

function noRoom({ name }: Disk, needed: number, free: number): Refusal {
  const [wanted, has] = [bytesInWords(needed), bytesInWords(free)];
  return new Refusal(`Trying this backup out takes about ${wanted} in ${name}, and ${has} are free there.`, next);
}

function outgrown({ name }: Disk, needed: number, atMost: number): Refusal {
  const [wanted, has] = [bytesInWords(needed), bytesInWords(Math.max(0, atMost))];
  return new Refusal(
    `Unpacked, this backup is larger than its size let expect: trying it out takes ${wanted} in ${name} or more, and it can have ${has} there. It was left before the disk was full.`,
    next,
  );
}
