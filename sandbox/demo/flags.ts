import { parseArgs } from 'node:util';

export interface Flags {
  /** End after the conversation. */
  readonly once: boolean;
  /** Where the page is; 0 for any free port. */
  readonly port: number;
  /** How many keys etcd is filled with, of about 3 kB each. */
  readonly keys: number;
}

export const usage = `Usage: npm run demo -- [--once] [--port N] [--keys N]

  --once    ends after the conversation, with exit code 0 only if every run of it ended as it should and the backup is verified
  --port    where the page is (any free port)
  --keys    how many keys etcd is filled with, of about 3 kB each (40000)`;

/** Throws an Error with a sentence for what is no flag or no such number. */
export function readFlags(words: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...words],
    options: {
      once: { type: 'boolean', default: false },
      port: { type: 'string', default: '0' },
      keys: { type: 'string', default: '40000' },
    },
  });
  return {
    once: values.once,
    port: wholeNumber('--port', values.port, 0, 65_535),
    // etcd's own limit for a database is 8 GB.
    keys: wholeNumber('--keys', values.keys, 1, 1_000_000),
  };
}

function wholeNumber(flag: string, text: string, least: number, most: number): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= least && number <= most) return number;
  throw new Error(`${flag} takes a whole number from ${least} to ${most}, not "${text}".`);
}
