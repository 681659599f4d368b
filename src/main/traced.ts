import type { Ports } from '../ports/index.ts';
import type { Runs } from '../ports/runs.ts';
import type { Tracer } from '../ports/tracer.ts';

/** The same runs; each admission is a part of the trace. */
export const tracedRuns = (runs: Runs, tracer: Tracer): Runs => ({
  ...runs,
  admit: (run) =>
    tracer.within('admit', { job: run.job, target: run.target, run: run.id }, async (note) => {
      const admission = await runs.admit(run);
      note({ admission: admission.kind });
      return admission;
    }),
});

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
