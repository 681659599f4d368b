import type { Lease, Leases } from '../ports/leases.ts';
import { Interruption } from './interruption.ts';

/** Shorter than it takes until another worker may take a run over from one that is silent. */
const longestSilenceMs = 15_000;

/**
 * Says that the run is alive, each time it is called, and stops it once the target is somebody else's; also when that could not be asked for too
 * long: cut off, it cannot know what others do by now, and the step under way ends here, not when an answer comes.
 */
export function keepLease(lease: Lease, leases: Pick<Leases, 'renew'>, stop: AbortController): () => void {
  let isAsking = false;
  // By a clock that nobody sets.
  let renewedAt = performance.now();
  return () => {
    if (stop.signal.aborted) return;
    if (performance.now() - renewedAt > longestSilenceMs) return stop.abort(new Interruption('superseded'));
    if (isAsking) return;
    isAsking = true;
    const askedAt = performance.now();
    leases
      .renew(lease)
      .then((isOurs) => {
        if (isOurs) renewedAt = askedAt;
        else stop.abort(new Interruption('superseded'));
      })
      // Redis is away: the next step will not begin without it.
      .catch(() => undefined)
      .finally(() => {
        isAsking = false;
      });
  };
}
