/** Structured log lines for those who run Salvor. Never tokens, never bodies; secrets are masked on the way out. */
export interface Log {
  debug(facts: object, message: string): void;
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  /** `facts.error` is written with its stack and causes. */
  error(facts: object, message: string): void;
  /** The same log with these facts on every line: run, cluster, actor. */
  with(facts: object): Log;
}
