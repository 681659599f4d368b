import type { Environment } from './secrets.ts';

/** How this process was called, for lines that people copy: Node of the right version may come by npm alone. */
export const programName = (environment: Environment = process.env): string =>
  environment.npm_lifecycle_event === undefined ? 'node src/main.ts' : 'npm run --silent salvor --';
