import { expect, it } from 'vitest';
import { z } from 'zod';
import { defineJob } from '../../src/chatops/job.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import type { QueueName } from '../../src/chatops/run.ts';

const scheduled = (queue: QueueName) =>
  defineJob({
    name: 'sweep',
    payload: z.object({ cluster: z.string() }),
    needs: [],
    queue,
    steps: ['sweep'],
    target: ({ cluster }) => cluster,
    access: ({ cluster }) => ({ role: 'operator', target: cluster }),
    schedule: { payload: (cluster) => ({ cluster }), says: 'failures' },
    run: async () => undefined,
    report: () => ({ tone: 'good', title: 'swept' }),
  });

it('dangerous work cannot come by itself', () => {
  expect(() => scheduled('danger')).toThrow('job sweep is dangerous and may not be scheduled');
  expect(scheduled('write').schedule?.says).toBe('failures');
});

it('every job that may be scheduled takes the payload it gives itself, for the cluster it was given', async () => {
  const { jobs } = await loadRegistry();
  const scheduled = [...jobs.values()].flatMap((job) => (job.schedule ? [{ job, schedule: job.schedule }] : []));
  expect(scheduled.length).toBeGreaterThan(0);
  for (const { job, schedule } of scheduled) {
    const payload = job.payload.parse(schedule.payload('prod-1'));
    expect(job.target(payload)).toBe('prod-1');
    expect(job.access(payload).target).toBe('prod-1');
  }
});
