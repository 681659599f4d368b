import { pino } from 'pino';
import type { Logger } from '../ports/logger.ts';

interface Sink {
  write(line: string): void;
}

interface LoggerChoices {
  readonly level: 'debug' | 'info' | 'warn' | 'error' | 'silent';
  readonly mask: (text: string) => string;
  readonly sink?: Sink;
}

/** JSON lines on standard output by pino, each passed through `mask` whole, so that no field can be forgotten. */
export function createLogger({ level, mask, sink = process.stdout }: LoggerChoices): Logger {
  const settings = {
    level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (name: string) => ({ level: name }) },
    serializers: { err: pino.stdSerializers.errWithCause, error: pino.stdSerializers.errWithCause },
  };
  return pino(settings, { write: (line: string) => sink.write(mask(line)) });
}
