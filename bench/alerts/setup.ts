import type { SandboxSetup } from '../../sandbox/sandbox.ts';
import { BOT_USER_ID, defaultWorkspace } from '../../sandbox/slack/workspace.ts';

export const token = 'what-alertmanager-sends';
/** Each with a channel of its own: Slack takes a message a second in a channel, so that a minute of 600 first messages needs ten channels at least. */
const clusterCount = 60;
/** Alerts by name; with the clusters they make 600 groups, and some alerts of a minute come to a group that stands already. */
export const nameCount = 10;

export const clusters = Array.from({ length: clusterCount }, (_, nth) => `c-${nth}`);
export const channelOf = (cluster: string): string => `C0BENCH${cluster.slice(2).padStart(3, '0')}`;
export const relayChannelOf = (cluster: string): string => `C0RELAY${cluster.slice(2).padStart(3, '0')}`;
export const nameOf = (nth: number): string => `Bench${String(nth % nameCount).padStart(2, '0')}`;

/** One rule for each name: a fact that a worker asks the bucket, and a snapshot that is offered. */
export function setupOf(directory: string, port: number, etcd = 'http://127.0.0.1:2379'): SandboxSetup {
  const members = [...defaultWorkspace.people.map(({ id }) => id), BOT_USER_ID];
  const channel = (id: string) => ({
    ...{ id, name: id.toLowerCase(), kind: 'public' as const, topic: '', members, isArchived: false, isShared: false },
  });
  const cluster = (name: string) => ({
    ...{ environment: 'production', channels: [channelOf(name)], operators: ['on-call'] },
    ...{ etcd: { endpoints: [etcd], allowHttp: true }, backup: { bucket: 'main', prefix: `etcd/${name}` } },
  });
  const rule = (nth: number) => ({ alert: nameOf(nth), facts: ['backups'], action: 'snapshot' });
  const rules = Array.from({ length: nameCount }, (_, nth) => [`rule-${nth}`, rule(nth)] as const);
  const channels = clusters.flatMap((name) => [channelOf(name), relayChannelOf(name)]).map(channel);
  return {
    ...{ directory, members: 1, variables: { ALERTS_TOKEN: token } },
    slack: { workspace: { ...defaultWorkspace, channels }, rateLimits: true },
    schedules: { watch: { job: 'watch', clusters, cron: '0 0 1 1 *' } },
    sections: {
      clusters: Object.fromEntries(clusters.map((name) => [name, cluster(name)])),
      alerts: { listen: { port }, token: 'ALERTS_TOKEN', rules: Object.fromEntries(rules) },
    },
  };
}
