import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rightsIn } from './access.ts';
import { type Cast, startCast } from './cast.ts';
import { type Kubelets, startKubelets } from './kubelets.ts';
import { type SandboxKubernetes, startKubernetes } from './kubernetes.ts';
import { operate, operator, operatorsApi } from './operator.ts';
import { smallCluster } from './small-cluster.ts';

/** A small cluster that lives: API servers, leaders, kubelets, and Salvor's own rights in it. */
export interface ClusterApi extends SandboxKubernetes {
  readonly cast: Cast;
  readonly kubelets: Kubelets;
  /** Of Salvor's service account. */
  readonly kubeconfigFile: string;
}

const salvor = 'system:serviceaccount:salvor:salvor';
const manifest = join(import.meta.dirname, '../../deploy/kubernetes/rbac.yaml');

export async function startClusterApi(directory: string, version = 'v1.36.2'): Promise<ClusterApi> {
  const rights = rightsIn(await readFile(manifest, 'utf8'));
  const users = [{ name: salvor, rights }, operator];
  const runtimeConfig = [operatorsApi];
  const kubernetes = await startKubernetes({ directory, version, apiServers: 3, users, runtimeConfig });
  kubernetes.load(smallCluster(version));
  const [cast, kubelets] = [startCast(kubernetes), startKubelets(kubernetes.cluster)];
  await operate(kubernetes);
  return {
    ...{ ...kubernetes, cast, kubelets, kubeconfigFile: await kubernetes.kubeconfig(salvor) },
    async stop() {
      cast.stop();
      kubelets.stop();
      await kubernetes.stop();
    },
  };
}
