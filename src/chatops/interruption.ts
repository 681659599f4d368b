export type InterruptionKind = 'cancelled' | 'stopping' | 'superseded';

const sentences: Readonly<Record<InterruptionKind, string>> = {
  cancelled: 'The run was cancelled.',
  stopping: 'The worker was told to stop.',
  superseded: 'Another worker has taken the run over.',
};

/** Why a run must stop where it is. It is the reason of the run's AbortSignal, so `signal.throwIfAborted()` throws it. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  readonly kind: InterruptionKind;

  constructor(kind: InterruptionKind) {
    super(sentences[kind]);
    this.kind = kind;
  }
}

/** Fires as `signal` does, except for interruptions of these kinds: for work that cannot be stopped half way, while somebody can still wait for its end. */
export function unless(signal: AbortSignal, ...kinds: readonly InterruptionKind[]): AbortSignal {
  const stop = new AbortController();
  const pass = () => {
    if (!(signal.reason instanceof Interruption && kinds.includes(signal.reason.kind))) stop.abort(signal.reason);
  };
  if (signal.aborted) pass();
  else signal.addEventListener('abort', pass, { once: true });
  return stop.signal;
}
