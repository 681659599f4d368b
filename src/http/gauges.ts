import { Gauge, type Registry } from 'prom-client';

/** A gauge for each name, with these labels. */
export function gauges<N extends string>(
  helps: Readonly<Record<N, string>>,
  labelNames: readonly string[],
  registers: Registry[],
): Readonly<Record<N, Gauge>> {
  const made = Object.entries<string>(helps).map(([name, help]) => [
    name,
    new Gauge({ name, help, labelNames: [...labelNames], registers }),
  ]);
  return Object.fromEntries(made);
}

/**
 * Asks, and tells what was answered; emptied first, so that what is gone, or cannot be asked, is not told as it was before. Rejects as `ask` does.
 */
export function refreshing<T>(
  emptied: () => Iterable<Gauge>,
  ask: () => Promise<T>,
  tell: (now: T) => void,
): () => Promise<void> {
  return async () => {
    try {
      const now = await ask();
      for (const gauge of emptied()) gauge.reset();
      tell(now);
    } catch (error) {
      // What has no labels stands at 0 after a reset: no answer is not the answer 0.
      for (const gauge of emptied()) {
        gauge.reset();
        if (isPlain(gauge)) gauge.remove();
      }
      throw error;
    }
  };
}

const isPlain = (gauge: Gauge): boolean =>
  'labelNames' in gauge && Array.isArray(gauge.labelNames) && gauge.labelNames.length === 0;

export const secondsOf = (at: Date): number => at.getTime() / 1000;
