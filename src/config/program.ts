import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { Environment } from './secrets.ts';

/** Columns of the terminal; 100 where there is none, unless COLUMNS says otherwise. */
export function terminalWidth(columns: number | undefined, environment: Environment = process.env): number {
  if (columns !== undefined && columns > 0) return columns;
  const said = environment.COLUMNS ?? '';
  return /^[1-9]\d{0,5}$/.test(said) ? Number(said) : 100;
}

/** How this process was called, for lines that people copy: Node of the right version may come by npm alone. */
export const programName = (environment: Environment = process.env): string =>
  environment.npm_lifecycle_event === undefined ? 'node src/main.ts' : 'npm run --silent salvor --';

/** Of this program, as package.json has it. */
export const programVersion: string = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'))).version;
