import { posix } from 'node:path';
import { z } from 'zod';
import { hostAndPort } from '../../leaders/identities.ts';
import { systemPodsPath } from '../../paths.ts';
import { every, type Looking } from './read.ts';

const Container = z.object({
  name: z.string(),
  image: z.string().default(''),
  command: z.array(z.string()).nullish(),
  args: z.array(z.string()).nullish(),
  volumeMounts: z.array(z.object({ name: z.string(), mountPath: z.string() })).nullish(),
});
const Volume = z.object({
  name: z.string(),
  hostPath: z.object({ path: z.string() }).nullish(),
  secret: z.object({ secretName: z.string() }).nullish(),
  configMap: z.object({ name: z.string() }).nullish(),
});
const Pod = z
  .object({
    metadata: z.object({
      name: z.string(),
      labels: z.record(z.string(), z.string()).nullish(),
      annotations: z.record(z.string(), z.string()).nullish(),
    }),
    spec: z.object({
      nodeName: z.string().nullish(),
      containers: z.array(Container).min(1),
      volumes: z.array(Volume).nullish(),
    }),
  })
  .transform(({ metadata: { name, labels, annotations }, spec: { nodeName, containers, volumes } }): SystemPod => {
    const component = labels?.component ?? labels?.['k8s-app'] ?? undefined;
    // Sidecars may stand in front of it.
    const first =
      containers.find((one) => one.name === component || one.name === containerOf[component ?? '']) ?? containers[0];
    const words = [...(first?.command ?? []), ...(first?.args ?? [])];
    const address = annotations?.[addressNote];
    return {
      name,
      node: nodeName ?? undefined,
      component,
      tag: tagOf(first?.image ?? ''),
      flags: flagsOf(words),
      isInShell: isShell.test(words[0] ?? ''),
      isStatic: annotations?.['kubernetes.io/config.mirror'] !== undefined,
      address: address !== undefined && hostAndPort.test(address) ? address : undefined,
      references: (volumes ?? []).flatMap(({ secret, configMap }) => [
        ...(secret ? [`secret ${secret.secretName}`] : []),
        ...(configMap ? [`config map ${configMap.name}`] : []),
      ]),
      mounts: (first?.volumeMounts ?? []).flatMap((mount) => {
        const onNode = volumes?.find((volume) => volume.name === mount.name)?.hostPath?.path;
        return onNode === undefined ? [] : [{ inside: mount.mountPath, onNode }];
      }),
    };
  });

/** A pod of kube-system, as far as an upgrade is concerned. */
export interface SystemPod {
  readonly name: string;
  readonly node: string | undefined;
  /** 'kube-apiserver', 'kube-proxy', 'kube-dns': what its label says it is. */
  readonly component: string | undefined;
  /** 'v1.33.4', of its image; undefined where it is pinned by digest alone. */
  readonly tag: string | undefined;
  readonly flags: Readonly<Record<string, string>>;
  /** A shell starts it: what it is told stands in a script, and is not among the flags. */
  readonly isInShell: boolean;
  /** Written by the kubelet for a file of its node. */
  readonly isStatic: boolean;
  /** '10.0.0.11:6443': where kubeadm says an API server is reached. */
  readonly address: string | undefined;
  /** API objects that it refers to: 'secret x'. */
  readonly references: readonly string[];
  /** Which paths of its container are paths of its node. */
  readonly mounts: readonly { readonly inside: string; readonly onNode: string }[];
}

/** Of components whose container is not called as their label says. */
const containerOf: Readonly<Record<string, string>> = { 'kube-dns': 'coredns' };
const isShell = /(^|\/)(ba|da|a)?sh$/;
const addressNote = 'kubeadm.kubernetes.io/kube-apiserver.advertise-address.endpoint';

/** All pods of kube-system, or those with a label. A few for each node at most, so one list answers for all components. */
export const readSystemPods = (looking: Looking, labelSelector?: string): Promise<readonly SystemPod[]> =>
  every(looking, { path: systemPodsPath, ...(labelSelector ? { labelSelector } : {}) }, Pod);

/** 'registry.example:5000/kube-proxy:v1.33.4@sha256:…' -> 'v1.33.4'. */
export const tagOf = (image: string): string | undefined => /:(\w[\w.-]*)$/.exec(image.split('@')[0] ?? '')?.[1];

/** Flags that add up where they stand twice; of any other the last counts. */
const adding: readonly string[] = ['feature-gates', 'runtime-config'];

/** '--a=b --c' and '--a b' alike, as kubeadm and others write them; without dashes. */
export function flagsOf(words: readonly string[]): Readonly<Record<string, string>> {
  const flags: Record<string, string> = {};
  for (const [at, word] of words.entries()) {
    const [, name, value] = /^--?([\w-]+)(?:=(.*))?$/s.exec(word) ?? [];
    if (name === undefined) continue;
    const next = words[at + 1];
    const said = value ?? (next === undefined || next.startsWith('-') ? 'true' : next);
    flags[name] = adding.includes(name) && name in flags ? `${flags[name]},${said}` : said;
  }
  return flags;
}

/** 'A=true,B=false', as --feature-gates takes it. */
export function gatesOf(text: string | undefined): Readonly<Record<string, boolean>> {
  const pairs = (text ?? '').split(',').flatMap((pair) => {
    const [, name, value] = /^\s*(?:\w+:)?(\w+)=(\w+)\s*$/.exec(pair) ?? [];
    return name === undefined ? [] : [[name, value?.toLowerCase() === 'true'] as const];
  });
  return Object.fromEntries(pairs);
}

/** Where a file of a pod's container lies on its node; undefined where it lies in the container alone. */
export function pathOnNode({ mounts }: Pick<SystemPod, 'mounts'>, path: string): string | undefined {
  const innermost = mounts
    .map(({ inside, onNode }) => ({ inside, onNode, below: posix.relative(inside, path) }))
    .filter(({ below }) => !below.startsWith('..'))
    .toSorted((a, b) => b.inside.length - a.inside.length)[0];
  return innermost && posix.join(innermost.onNode, innermost.below);
}
