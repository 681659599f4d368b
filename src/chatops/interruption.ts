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
