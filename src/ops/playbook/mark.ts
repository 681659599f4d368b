import type { RunContext } from '../../chatops/job.ts';

/** Of the run that plans it: lower-case letters and digits, unique, and found again in what is left on hosts. */
export const markOf = ({ runId }: Pick<RunContext, 'runId'>): string =>
  runId.toLowerCase().replaceAll(/^r-|[^a-z0-9]/g, '');
