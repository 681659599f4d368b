import { z } from 'zod';
import { authorise } from '../src/chatops/access.ts';
import { type Desk, defineAnswer } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';
import { noSuchCluster } from '../src/chatops/no-such-cluster.ts';
import type { RunRecord } from '../src/chatops/run.ts';
import { runDetails, runList } from '../src/chatops/run-report.ts';

const limit = 20;

export default defineAnswer({
  name: 'runs',
  summary: 'what runs and ran; one run with its steps and log',
  usage: 'runs [run] [--cluster <cluster>]',
  examples: ['runs', 'runs r-k7m2p9x4tq', 'runs --cluster prod-1'],
  input: z.strictObject({ run: Name.optional(), cluster: Name.optional() }),
  async answer({ run: id, cluster }, desk) {
    if (id !== undefined) {
      const run = await desk.find(id, 'viewer');
      return runDetails(run, await desk.runs.logs(run.id), desk.now);
    }
    if (cluster !== undefined && !grantedTo(desk).includes(cluster)) throw noSuchCluster(cluster, grantedTo(desk));
    const wanted = cluster ?? desk.cluster;
    const visible = await newest(desk, wanted === undefined ? grantedTo(desk) : [wanted]);
    return runList(visible, wanted, desk.now);
  },
});

/** Asked for cluster by cluster: runs that a person may not see must not push those out that they may. */
async function newest(desk: Desk, clusters: readonly string[]): Promise<readonly RunRecord[]> {
  const visible = clusters.filter(
    (cluster) => authorise(desk.actor, { role: 'viewer', target: cluster }).kind === 'yes',
  );
  const lists = await Promise.all(visible.map((cluster) => desk.runs.list({ target: cluster, limit })));
  return lists
    .flat()
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, limit);
}

const grantedTo = (desk: Desk): readonly string[] => [...new Set(desk.actor.grants.map((grant) => grant.target))];
