import { Fault } from '../../chatops/errors.ts';

/**
 * The Fault for an upload that failed, and whose parts the store kept because removing them failed too. Keeps the code
 * of the first failure, since that is what decides about trying again; both stand in the sentence and in the cause.
 */
export function leftParts(key: string, uploadId: string, failure: unknown, removal: unknown): Fault {
  const first = failure instanceof Fault ? failure : undefined;
  const sentence = sentenceOf(failure);
  return new Fault(`${sentence} And the parts already sent are still there: ${sentenceOf(removal)}`, {
    port: first?.port ?? 'objects',
    operation: first?.operation ?? 'store',
    retryable: first?.retryable ?? false,
    code: first?.code ?? 'S3_PARTS_LEFT',
    next: [first?.next, `Upload ${uploadId} of ${key} is open and has to be aborted.`].filter(Boolean).join(' '),
    cause: new AggregateError([failure, removal], sentence),
  });
}

function sentenceOf(error: unknown): string {
  const sentence = error instanceof Error ? error.message : String(error);
  return /[.!?]$/.test(sentence) ? sentence : `${sentence}.`;
}
