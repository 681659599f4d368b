import { z } from 'zod';
import { defineAnswer, visibleTo } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';
import { noSuchTarget } from '../src/chatops/no-such-target.ts';
import { scheduleList } from '../src/chatops/schedule-report.ts';

/** Longer tables are no reading for a chat. */
const limit = 30;

export default defineAnswer({
  name: 'schedules',
  summary: 'what comes by itself: when next, and how it went last',
  usage: 'schedules [--cluster <cluster>]',
  examples: ['schedules', 'schedules --cluster prod-1'],
  input: z.strictObject({ cluster: Name.optional() }),
  async answer({ cluster }, desk) {
    const visible = visibleTo(desk, 'cluster');
    if (cluster !== undefined && !visible.includes(cluster)) throw noSuchTarget('cluster', cluster, visible);
    const wanted = cluster ?? desk.cluster;
    const all = await desk.schedules.list();
    const shown = all.filter((one) => visible.includes(one.cluster) && (wanted ?? one.cluster) === one.cluster);
    return scheduleList(shown, { cluster: wanted, asTyped: desk.asTyped, now: desk.now, limit });
  },
});
