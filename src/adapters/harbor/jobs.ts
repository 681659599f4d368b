import { z } from 'zod';
import type { HarborJob } from '../../ports/harbor.ts';
import type { Api } from './api.ts';
import { isBefore } from './version.ts';

/** A replication of 1.8 and later; before that a job of a policy. */
const Execution = z.object({ id: z.number(), start_time: z.string().optional(), creation_time: z.string().optional() });
const Policy = z.object({ id: z.number() });
const GarbageCollection = z.object({ id: z.number(), job_status: z.string(), creation_time: z.string().optional() });
const ScanMetrics = z.object({
  total: z.number().default(0),
  completed: z.number().default(0),
  ongoing: z.boolean().optional(),
});

export async function jobsIn(api: Api): Promise<readonly HarborJob[]> {
  return [...(await replications(api)), ...(await garbageCollections(api)), ...(await scans(api))];
}

async function replications(api: Api): Promise<readonly HarborJob[]> {
  if (isBefore(api.version, '1.8')) {
    const policies = (await api.read('/policies/replication', z.array(Policy).nullable(), 'replication:list')) ?? [];
    const lists = policies.map(({ id }) => jobsAt(api, `/jobs/replication?policy_id=${id}&status=running`));
    return (await Promise.all(lists)).flat();
  }
  return jobsAt(api, '/replication/executions?status=InProgress');
}

async function jobsAt(api: Api, path: string): Promise<readonly HarborJob[]> {
  const pages = await Array.fromAsync(api.pages(path, Execution, 'replication:list'));
  return pages.flat().map(({ id, start_time, creation_time }) => ({
    ...{ kind: 'replication', id: String(id), since: instantIn(start_time ?? creation_time) },
  }));
}

/** The last ones, newest first: one runs at a time. */
async function garbageCollections(api: Api): Promise<readonly HarborJob[]> {
  if (isBefore(api.version, '1.7')) return [];
  const right = 'garbage-collection:list';
  const last = (await api.read('/system/gc', z.array(GarbageCollection).nullable(), right)) ?? [];
  // 1.x says 'running', 2.x 'Running'.
  const running = last.filter(({ job_status }) => /^(running|pending|scheduled)$/i.test(job_status));
  return running.map(({ id, creation_time }) => ({ kind: 'gc', id: String(id), since: instantIn(creation_time) }));
}

async function scans(api: Api): Promise<readonly HarborJob[]> {
  if (isBefore(api.version, '1.10')) return [];
  // 412 where there is no scanner.
  const metrics = await api.read('/scans/all/metrics', ScanMetrics, 'scan-all:read', [412]);
  const isRunning = metrics && (metrics.ongoing ?? metrics.completed < metrics.total);
  return isRunning ? [{ kind: 'scan', id: 'all' }] : [];
}

/** Go writes a time that is not there as one of the year 1. */
function instantIn(text: string | undefined): Date | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) || at <= 0 ? undefined : new Date(at);
}
