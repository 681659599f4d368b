import { createAnsible } from '../adapters/ansible.ts';
import { createCatalogue } from '../adapters/catalogue.ts';
import { createEtcd } from '../adapters/etcd.ts';
import { createHarbor } from '../adapters/harbor.ts';
import { createHistory } from '../adapters/history.ts';
import { createInformer } from '../adapters/informer.ts';
import { createKubernetes } from '../adapters/kubernetes.ts';
import { createObjects } from '../adapters/objects.ts';
import { createOpener } from '../adapters/opener.ts';
import { createPicture } from '../adapters/picture.ts';
import { createScratch } from '../adapters/scratch.ts';
import { createTakeovers } from '../adapters/takeovers.ts';
import type { Config } from '../config.ts';
import type { Ports } from '../ports/index.ts';
import { createKeepers } from '../queue/keepers.ts';
import { createRuns } from '../queue/runs.ts';
import { createShelf } from '../queue/shelf.ts';
import { startWorker, workerName } from '../queue/worker.ts';
import type { Foundation, Service } from './foundation.ts';
import { watchLeaders } from './leader-watch.ts';
import { schedulesOf } from './schedules-of.ts';
import { tracedKeepers, tracedPorts, tracedRuns } from './traced.ts';

/** Longer than a step of most runs; shorter than what orchestrators wait before they kill. */
const defaultGraceMs = 20_000;

export interface WorkerOptions {
  /** Told to stop, it lets runs go on for so long. */
  readonly graceMs?: number | undefined;
  /** Whether it watches leaders too, as one does that is there to stay. */
  readonly watches?: boolean;
}

/** Takes runs of one site and works on them. */
export async function serveWorker(
  foundation: Foundation,
  site: string,
  { graceMs = defaultGraceMs, watches = false }: WorkerOptions = {},
): Promise<Service> {
  const { config, registry, clock, logger, producer, metrics, patient } = foundation;
  const { tracer } = foundation;
  const plainRuns = createRuns(patient, { clock });
  const runs = tracer ? tracedRuns(plainRuns, tracer) : plainRuns;
  // On the patient connection: a run waits for a Redis that restarts.
  const plainKeepers = createKeepers(patient, clock);
  const keepers = tracer ? tracedKeepers(plainKeepers, tracer) : plainKeepers;
  const { ports: plain, close } = openPorts(config, foundation, createHistory({ runs, leases: keepers.leases }));
  const ports = tracer ? tracedPorts(plain, tracer) : plain;
  const worker = await startWorker({
    site,
    name: workerName(),
    jobs: registry.jobs,
    ports,
    runs,
    redis: patient,
    producer,
    keepers,
    clock,
    logger,
    onEnded: metrics.runEnded,
    tracer,
  });
  const schedules = schedulesOf(config.settings, registry);
  const leaders = watches
    ? watchLeaders({ ...ports, ...{ schedules, registry, runs, logger, tracer, enqueue: producer.enqueue } }, site)
    : undefined;
  logger.info(
    { site, worker: worker.name, clusters: Object.keys(config.etcd), registries: Object.keys(config.registries) },
    'worker takes runs',
  );
  return {
    checks: {},
    async close() {
      await leaders?.close();
      await worker.close({ graceMs });
      close();
    },
  };
}

function openPorts(
  config: Config,
  { clock, patient }: Foundation,
  history: Ports['history'],
): { readonly ports: Ports; close(): void } {
  const etcd = createEtcd(config.etcd);
  const objects = createObjects(config.buckets);
  const kubeconfigs = Object.entries(config.settings.clusters).flatMap(([name, cluster]) =>
    cluster.kubernetes ? [[name, cluster.kubernetes] as const] : [],
  );
  const kubernetes = createKubernetes(Object.fromEntries(kubeconfigs));
  return {
    ports: {
      etcd,
      objects,
      harbor: createHarbor(config.registries),
      kubernetes,
      informer: createInformer(kubernetes),
      catalogue: createCatalogue(config.settings),
      clock,
      history,
      picture: createPicture(),
      scratch: createScratch(config.drill),
      opener: createOpener(config.identities),
      takeovers: createTakeovers({ shelf: createShelf(patient), clock }),
      ansible: createAnsible({ ...config.ansible, hosts: config.hosts }),
    },
    close() {
      etcd.close();
      objects.close();
    },
  };
}
