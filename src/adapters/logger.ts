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
    serializers: { err: sayError, error: sayError },
  };
  return pino(settings, { write: (line: string) => sink.write(mask(line)) });
}

/** Redis puts the command it refused on its errors, arguments and all: what people wrote, and passwords. */
const unsaid = new Set(['command', 'args']);
const deepest = 8;

const sayError = (error: Error): unknown => withoutUnsaid(pino.stdSerializers.errWithCause(error), deepest);

function withoutUnsaid(value: unknown, levels: number): unknown {
  if (typeof value !== 'object' || value === null || 'toJSON' in value) return value;
  if (levels === 0) return '…';
  if (Array.isArray(value)) return value.map((one) => withoutUnsaid(one, levels - 1));
  const said = Object.entries(value).filter(([name]) => !unsaid.has(name));
  return Object.fromEntries(said.map(([name, one]) => [name, withoutUnsaid(one, levels - 1)]));
}
