/** Where the program itself writes what it did. Pino fits. Never tokens, never bodies. */
export interface Logger {
  info(facts: object, words: string): void;
  warn(facts: object, words: string): void;
  error(facts: object, words: string): void;
}
