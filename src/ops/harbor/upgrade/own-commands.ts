import { shellWords } from '../../playbook/shell-words.ts';
import { isBefore } from '../path/versions.ts';
import type { DecidedHop } from './decided.ts';
import type { OwnWork } from './harbor-steps.ts';

/** What is asked while the version still runs that is to be replaced. */
const whileOldRuns: ReadonlySet<OwnWork> = new Set(['read-only', 'wait-for-jobs', 'write-down']);

/** Salvor's own work as somebody would type it, through Harbor's API; the password is left to who types it. */
export function ownCommands(
  work: OwnWork,
  { url }: { readonly url: string },
  hop: DecidedHop['variables'],
): readonly string[] {
  const runs = whileOldRuns.has(work) ? hop.from : hop.to;
  const api = `${url}/api${isBefore(runs, '2.0') ? '' : '/v2.0'}`;
  const readOnly = (is: boolean) =>
    `curl -u admin -X PUT -H 'Content-Type: application/json' -d '{"read_only":${is}}' ${shellWords([`${api}/configurations`])}`;
  switch (work) {
    case 'read-only':
      return [readOnly(true)];
    case 'writable':
      return [readOnly(false)];
    case 'wait-for-jobs':
      return jobsBy(api);
    case 'write-down':
    case 'compare':
      return [
        `curl -u admin ${shellWords([`${api}/statistics`])}   # ${work === 'compare' ? 'no less than before' : 'keep what it says'}`,
      ];
    case 'healthy':
      return isBefore(runs, '1.8')
        ? [`curl ${shellWords([`${api}/systeminfo`])}   # until it answers: it does not tell of its components`]
        : [`curl ${shellWords([`${api}/health`])}   # until every component is healthy`];
    case 'probe':
      return [`docker pull ${shellWords([`${new URL(url).host}/PROJECT/IMAGE`])}   # any that was there before`];
  }
}

/** What Salvor asks before it stops a version; an old one does not know all of it. */
const jobsBy = (api: string): readonly string[] => [
  `curl -u admin ${shellWords([`${api}/replication/executions?status=InProgress`])}   # until it is empty`,
  `curl -u admin ${shellWords([`${api}/system/gc`])}   # until none is running, pending or scheduled`,
  `curl -u admin ${shellWords([`${api}/scans/all/metrics`])}   # until none is ongoing; 404 or 412 where nothing scans`,
];
