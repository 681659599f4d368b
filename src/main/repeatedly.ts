import type { Logger } from '../ports/logger.ts';

export interface Repetition {
  readonly everyMs: number;
  /** Also now, not only after the first `everyMs`. */
  readonly atOnce?: boolean;
  /** What to log of a failure. */
  readonly failed: string;
  readonly logger: Logger;
}

/** Does `work` every so often, never twice at once; after a failure it comes again all the same. `close` waits for what is under way. */
export function repeatedly(
  work: () => Promise<void>,
  { everyMs, atOnce = false, failed, logger }: Repetition,
): { close(): Promise<void> } {
  let underWay: Promise<void> | undefined;
  const begin = () => {
    underWay ??= work()
      .catch((error: unknown) => logger.warn({ err: error }, failed))
      .finally(() => {
        underWay = undefined;
      });
  };
  const timer = setInterval(begin, everyMs);
  if (atOnce) begin();
  return {
    async close() {
      clearInterval(timer);
      await underWay;
    },
  };
}
