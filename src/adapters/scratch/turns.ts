/** So many at a time; who comes later waits for a turn, in the order of coming. */
export interface Turns {
  /** Waits for a turn; answers how it is given back, which may be called twice. Throws the signal's reason when it fires first. */
  take(signal: AbortSignal | undefined): Promise<() => void>;
}

export function createTurns(count: number): Turns {
  const waiting: (() => void)[] = [];
  let free = count;

  const giveBack = () => {
    const next = waiting.shift();
    if (next) next();
    else free += 1;
  };

  const wait = (signal: AbortSignal | undefined) =>
    new Promise<void>((resolve, reject) => {
      const leave = () => {
        waiting.splice(waiting.indexOf(go), 1);
        reject(signal?.reason);
      };
      const go = () => {
        signal?.removeEventListener('abort', leave);
        resolve();
      };
      waiting.push(go);
      signal?.addEventListener('abort', leave, { once: true });
    });

  return {
    async take(signal) {
      signal?.throwIfAborted();
      if (free > 0) free -= 1;
      else await wait(signal);
      let isOurs = true;
      return () => {
        if (isOurs) giveBack();
        isOurs = false;
      };
    },
  };
}
