import { type Logger, type LoggerOptions, pino } from 'pino';
import type { Log } from '../ports/log.ts';

interface Sink {
  write(line: string): void;
}

/** JSON lines on standard output by pino, every line passed through `mask` whole, so that no field can forget it. */
export function createLog(options: {
  readonly level: string;
  readonly mask: (text: string) => string;
  readonly sink?: Sink;
}): Log {
  const { mask, sink = process.stdout } = options;
  const settings: LoggerOptions = {
    level: options.level,
    base: { pid: process.pid },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
    formatters: { level: (level) => ({ level }) },
    serializers: { error: pino.stdSerializers.errWithCause },
  };
  return wrap(pino(settings, { write: (line: string) => sink.write(mask(line)) }));
}

function wrap(logger: Logger): Log {
  return {
    debug: (facts, message) => logger.debug(facts, message),
    info: (facts, message) => logger.info(facts, message),
    warn: (facts, message) => logger.warn(facts, message),
    error: (facts, message) => logger.error(facts, message),
    with: (facts) => wrap(logger.child(facts)),
  };
}
