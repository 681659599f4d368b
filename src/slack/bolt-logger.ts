import { type Logger, LogLevel } from '@slack/bolt';
import type { Logger as Log } from '../ports/logger.ts';

/**
 * Bolt's and the SDK's words in our log. Their debug lines hold whole payloads and request bodies, so none of them is ever
 * written, whatever our own level is; `getLevel` says so and keeps them from being built at all.
 */
export function boltLogger(log: Log): Logger {
  const say =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) => {
      const error = parts.find((part) => part instanceof Error);
      log[level](error === undefined ? {} : { err: error }, parts.map(sentence).join(' '));
    };
  return {
    debug: () => undefined,
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.INFO,
    setName: () => undefined,
  };
}

function sentence(part: unknown): string {
  if (part instanceof Error) return part.message;
  return typeof part === 'string' ? part : JSON.stringify(part);
}
