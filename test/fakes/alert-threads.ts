import type { AlertThread } from '../../src/chatops/alerts/alert-thread.ts';
import { groupId } from '../../src/chatops/alerts/told.ts';
import type { AlertThreads } from '../../src/ports/alert-threads.ts';
import type { Clock } from '../../src/ports/clock.ts';
import type { Outbox } from '../../src/ports/outbox.ts';

const dayMs = 24 * 60 * 60 * 1000;

/** Groups of alerts in memory, as Redis keeps them. */
export function createFakeAlertThreads(outbox: Pick<Outbox, 'put'>, clock: Clock): AlertThreads {
  const kept = new Map<string, AlertThread>();
  const acted = new Map<string, Map<string, number>>();
  const groupOf = (id: string) => id.replace(/-\d+$/, '');
  const read = (group: string) => structuredClone(kept.get(group));
  const find = (id: string) => {
    const last = read(groupOf(id));
    return last?.id === id ? last : undefined;
  };
  return {
    find: async (id) => find(id),
    latest: async (groupKey, target) => read(groupId(groupKey, target)),
    async replace(next, said) {
      const { id, version, thread } = next;
      const before = kept.get(groupOf(id));
      if ((before?.version ?? 0) !== version - 1) return false;
      const ts = before?.id === id ? before.thread.ts : undefined;
      const where = { channel: thread.channel, ...(ts === undefined ? {} : { ts }) };
      kept.set(groupOf(id), structuredClone({ ...next, thread: where }));
      await outbox.put(`alert:${id}`, { kind: 'alert', alertId: id });
      if (said) await outbox.put(`remark:${id}:${version}`, { kind: 'remark', alertId: id, report: said });
      return true;
    },
    async address(id, ts) {
      const thread = find(id);
      if (!thread || thread.thread.ts !== undefined) return false;
      kept.set(groupOf(id), { ...thread, thread: { ...thread.thread, ts } });
      return true;
    },
    async firing() {
      const all = [...kept.values()].filter(({ state }) => state === 'firing');
      return structuredClone(all.toSorted((a, b) => (a.id < b.id ? -1 : 1)));
    },
    async allow(key, { rule, target, cooldownMs, perDay }) {
      const now = clock.now().getTime();
      const of = acted.get(`${rule}/${target}`) ?? new Map<string, number>();
      acted.set(`${rule}/${target}`, of);
      if (of.has(key)) return { kind: 'allowed' };
      const last = Math.max(...of.values());
      if (last + cooldownMs > now) return { kind: 'cooling', until: new Date(last + cooldownMs) };
      if ([...of.values()].filter((at) => at >= now - dayMs).length >= perDay) return { kind: 'used up' };
      of.set(key, now);
      return { kind: 'allowed' };
    },
  };
}
