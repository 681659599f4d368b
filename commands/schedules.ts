import { z } from 'zod';
import { type Desk, defineAnswer, visibleTo } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';
import { noSuchTarget } from '../src/chatops/no-such-target.ts';
import { scheduleList } from '../src/chatops/schedule-report.ts';
import { oneOfEither, type TargetKind } from '../src/chatops/target.ts';

/** Longer tables are no reading for a chat. */
const limit = 30;

export default defineAnswer({
  name: 'schedules',
  summary: 'what comes by itself: when next, and how it went last',
  usage: 'schedules [--cluster <cluster>] [--registry <registry>]',
  examples: ['schedules', 'schedules --cluster prod-1', 'schedules --registry reg-eu'],
  input: z.strictObject({ cluster: Name.optional(), registry: Name.optional() }).refine(...oneOfEither),
  async answer({ cluster, registry }, desk) {
    mustBeVisible('cluster', cluster, desk);
    mustBeVisible('registry', registry, desk);
    const wanted = cluster ?? registry ?? desk.here;
    const visible = visibleTo(desk);
    const all = await desk.schedules.list();
    const shown = all.filter(({ target }) => visible.includes(target) && (wanted ?? target) === target);
    return scheduleList(shown, { target: wanted, asTyped: desk.asTyped, now: desk.now, limit });
  },
});

function mustBeVisible(kind: TargetKind, name: string | undefined, desk: Desk): void {
  const visible = visibleTo(desk, kind);
  if (name !== undefined && !visible.includes(name)) throw noSuchTarget(kind, name, visible);
}
