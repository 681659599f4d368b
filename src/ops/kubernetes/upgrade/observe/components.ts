import { counted } from '../../../../chatops/format.ts';
import type { Gap, Piece } from '../../../findings/piece.ts';
import type { Instance, Settings } from '../observed.ts';
import { gatesOf, type SystemPod } from './system-pods.ts';

const settable = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kube-proxy', 'etcd'] as const;

/** The processes of a component, by the node each is on. A version is what its image is tagged with. */
export const instancesOf = (pods: readonly SystemPod[], component: string): readonly Instance[] =>
  pods
    .filter((pod) => pod.component === component)
    .map((pod) => ({
      name: pod.node ?? pod.name,
      version: versionOf(pod, component),
      // 'kube=1.32', or the version alone.
      emulates: (pod.flags['emulated-version'] ?? pod.flags['emulation-version'])?.split('=').at(-1),
    }));

function versionOf({ tag, name }: SystemPod, component: string): Piece<string> {
  if (tag !== undefined) return { known: tag };
  return {
    gap: { what: `the version of ${component} in ${name}`, needs: 'Its image has no tag: ask it for its version.' },
  };
}

/**
 * The processes of a component that every cluster has. None of them in kube-system is a gap, not an answer: they run elsewhere, as services of
 * their hosts or as somebody's who hosts the control plane.
 */
export function requiredInstances(pods: readonly SystemPod[], component: string): Piece<readonly Instance[]> {
  const found = instancesOf(pods, component);
  return found.length > 0 ? { known: found } : { gap: absent(component) };
}

const absent = (component: string): Gap => ({
  what: `where ${component} runs`,
  needs: `No pod of kube-system is labelled component=${component}: it runs as a service of its hosts, or elsewhere. Ask it yourself.`,
});

/** Flags and gates of the control plane's pods and of kube-proxy, and what of the API static ones refer to. Those told the same are one: nodes are thousands. */
export function settingsOfPods(pods: readonly SystemPod[]): readonly Piece<Settings>[] {
  return settable.flatMap((component) => {
    const its = pods.filter((pod) => pod.component === component);
    const alike = Map.groupBy(its, ({ flags, isInShell, isStatic, references }) =>
      JSON.stringify([flags, isInShell, isStatic, references]),
    );
    return [...alike.values()].flatMap(([first, ...others]) =>
      first ? [settingsOf(component, first, others.length)] : [],
    );
  });
}

function settingsOf(component: Settings['component'], pod: SystemPod, others: number): Piece<Settings> {
  const more = others > 0 ? ` and ${counted(others, 'other')}` : '';
  const where = `${component} on ${pod.node ?? pod.name}${more}`;
  if (pod.isInShell)
    return { gap: { what: `the flags of ${where}`, needs: 'A shell starts it: look into its script.' } };
  return {
    known: {
      ...{ component, where, flags: pod.flags },
      featureGates: gatesOf(pod.flags['feature-gates']),
      ...(pod.isStatic ? { references: pod.references } : {}),
    },
  };
}

/** The tag of CoreDNS; undefined where another DNS runs. Deployments label it kube-dns, for the name of the service. */
export const corednsTag = (pods: readonly SystemPod[]): string | undefined =>
  pods.find(({ component, name }) => component === 'kube-dns' && name.startsWith('coredns'))?.tag;
