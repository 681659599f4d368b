import type { AlertThread } from '../chatops/alerts/alert-thread.ts';
import type { Approval } from '../chatops/approval.ts';
import type { Keepers } from '../chatops/keepers.ts';
import { storiesOf } from '../chatops/run.ts';
import type { AlertThreads } from '../ports/alert-threads.ts';
import type { Ports } from '../ports/index.ts';
import type { Runs } from '../ports/runs.ts';
import type { Facts, Tracer } from '../ports/tracer.ts';

/** The same runs; each admission is a part of the trace, and about the run: where another one has the lock, about that. */
export const tracedRuns = (runs: Runs, tracer: Tracer): Runs => ({
  ...runs,
  admit: (run) =>
    tracer.within('admit', { job: run.job, target: run.target, run: run.id }, async (note) => {
      const admission = await runs.admit(run);
      note({ admission: admission.kind });
      await tracer.about(...storiesOf(admission.kind === 'busy' ? admission.run : run));
      return admission;
    }),
});

/** The same keepers; each change of an approval, such as a vote, is a part of the trace, and about that approval. */
export function tracedKeepers(keepers: Keepers, tracer: Tracer): Keepers {
  const { approvals } = keepers;
  const changing = <T>(one: Approval, change: () => Promise<T>) => about(one.id, ofApproval(one), tracer, change);
  return {
    ...keepers,
    approvals: {
      ...approvals,
      open: (one, said) => changing(one, () => approvals.open(one, said)),
      replace: (next) => changing(next, () => approvals.replace(next)),
    },
  };
}

/** The same threads; each change of a group of alerts is a part of the trace, and about that group. */
export const tracedThreads = (threads: AlertThreads, tracer: Tracer): AlertThreads => ({
  ...threads,
  replace: (next, said) => about(next.id, ofAlert(next), tracer, () => threads.replace(next, said)),
});

interface Told {
  readonly name: string;
  readonly facts: Facts;
}

const ofApproval = ({ id, state, plan, votes }: Approval): Told => ({
  name: `approval ${state}`,
  facts: { approval: id, job: plan.action, target: plan.target, votes: votes.length },
});

const ofAlert = ({ id, state, target }: AlertThread): Told => ({
  name: `alert ${state}`,
  facts: { alert: id, target },
});

/** Where somebody else was first and nothing was changed, it is about nothing. */
function about<T>(id: string, { name, facts }: Told, tracer: Tracer, change: () => Promise<T>): Promise<T> {
  return tracer.within(name, facts, async (note) => {
    const changed = await change();
    if (changed === false) note({ changed: false });
    else await tracer.about(id);
    return changed;
  });
}

/** Those that go to another machine, or start a process. What they are asked is not told. */
const far = ['etcd', 'harbor', 'objects', 'kubernetes', 'scratch', 'ansible'] as const;

/** The same ports; each call of one that may take its time is a part of the trace, named 'etcd.status'. */
export const tracedPorts = (ports: Ports, tracer: Tracer): Ports => ({
  ...ports,
  ...Object.fromEntries(far.map((name) => [name, tracedPort(name, ports[name], tracer)])),
});

function tracedPort<T extends object>(name: string, port: T, tracer: Tracer): T {
  return new Proxy(port, {
    get(its, key) {
      const method: unknown = Reflect.get(its, key, its);
      if (typeof method !== 'function' || typeof key !== 'string') return method;
      return (...given: readonly unknown[]): unknown =>
        tracer.within(`${name}.${key}`, {}, () => Reflect.apply(method, its, given));
    },
  });
}
