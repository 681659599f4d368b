import type { Text } from './report.ts';

/**
 * We will not do this. The message is a sentence to the person, `next` says what to do about it.
 * Said as it is, never retried.
 */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly next: Text | undefined;

  constructor(message: string, next?: Text) {
    super(message);
    this.next = next;
  }
}

interface FaultFacts {
  /** The port that failed: 'etcd', 'objects', 'kubernetes' … */
  readonly port: string;
  readonly operation: string;
  readonly retryable: boolean;
  /** A short upper-case name people can search for, such as S3_ACCESS_DENIED. */
  readonly code?: string;
  /** What to do next, as a sentence. */
  readonly next?: string;
  readonly cause?: unknown;
}

/**
 * Something failed us. Made only in adapters and where the outside breaks its promise; retried while attempts remain
 * when `retryable`. The message is a sentence about what happened, without secrets.
 */
export class Fault extends Error {
  override readonly name = 'Fault';
  readonly port: string;
  readonly operation: string;
  readonly retryable: boolean;
  readonly code: string;
  readonly next: string | undefined;

  constructor(message: string, facts: FaultFacts) {
    super(message, facts.cause === undefined ? {} : { cause: facts.cause });
    this.port = facts.port;
    this.operation = facts.operation;
    this.retryable = facts.retryable;
    this.code = facts.code ?? `${facts.port}_${facts.operation}`.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_');
    this.next = facts.next;
  }
}
