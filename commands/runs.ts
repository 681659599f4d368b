import { z } from 'zod';
import { authorise } from '../src/chatops/access.ts';
import { type Desk, defineAnswer } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';
import { noSuchTarget } from '../src/chatops/no-such-target.ts';
import type { RunRecord } from '../src/chatops/run.ts';
import { runDetails, runList } from '../src/chatops/run-report.ts';
import { oneOfEither, type TargetKind } from '../src/chatops/target.ts';

const limit = 20;

export default defineAnswer({
  name: 'runs',
  summary: 'what runs and ran; one run with its steps and log',
  usage: 'runs [run] [--cluster <cluster>] [--registry <registry>]',
  examples: ['runs', 'runs r-k7m2p9x4tq', 'runs --cluster prod-1', 'runs --registry reg-eu'],
  input: z
    .strictObject({ run: Name.optional(), cluster: Name.optional(), registry: Name.optional() })
    .refine(...oneOfEither),
  async answer({ run: id, cluster, registry }, desk) {
    if (id !== undefined) {
      const run = await desk.find(id, 'viewer');
      return runDetails(run, await desk.runs.logs(run.id), desk.now);
    }
    mustBeThere('cluster', cluster, desk);
    mustBeThere('registry', registry, desk);
    const wanted = cluster ?? registry ?? desk.here;
    const visible = await newest(desk, wanted === undefined ? grantedTo(desk) : [wanted]);
    return runList(visible, wanted, desk.now);
  },
});

function mustBeThere(kind: TargetKind, name: string | undefined, desk: Desk): void {
  const known = grantedTo(desk).filter((one) => desk.targets.get(one) === kind);
  if (name !== undefined && !known.includes(name)) throw noSuchTarget(kind, name, known);
}

/** Asked for one by one: runs that a person may not see must not push those out that they may. */
async function newest(desk: Desk, targets: readonly string[]): Promise<readonly RunRecord[]> {
  const visible = targets.filter((target) => authorise(desk.actor, { role: 'viewer', target }).kind === 'yes');
  const lists = await Promise.all(visible.map((target) => desk.runs.list({ target, limit })));
  return lists
    .flat()
    .sort((a, b) => b.createdAt.getTime() - a.createdAt.getTime())
    .slice(0, limit);
}

const grantedTo = (desk: Desk): readonly string[] => [...new Set(desk.actor.grants.map((grant) => grant.target))];
