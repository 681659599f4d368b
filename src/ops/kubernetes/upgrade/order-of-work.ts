import { counted, firstFew } from '../../../chatops/format.ts';
import { versionIn } from '../../../chatops/versions.ts';
import type { NodeBatches } from '../../../ports/catalogue.ts';
import type { Piece } from '../../findings/piece.ts';
import { minorInWords, releaseOf } from '../release.ts';
import { type EtcdChange, etcdChange, etcdNeeds, etcdStops } from './etcd-way.ts';
import { lastShippedWith } from './facts/etcd.ts';
import { rulesFor, versionSkew } from './facts/version-skew.ts';
import type { Finding } from './finding.ts';
import type { Hop } from './hops.ts';
import { nodeBatches } from './node-batches.ts';
import type { NodeFacts, Observed } from './observed.ts';

/** One piece of work, done before the next begins. */
export interface WorkStep {
  readonly name: string;
  /** Hosts, in order; empty where it is not known which, or it concerns none. */
  readonly on: readonly string[];
  readonly detail: string;
  /** What a drain of these nodes meets, a sentence each. */
  readonly drains?: readonly string[];
  readonly source?: readonly string[];
}

/**
 * A hop's work in the order that the rules of skew and of etcd ask for: nothing goes up before what it depends on, and first of all comes what blocks
 * the hop, by its findings.
 */
export function orderOfWork(
  observed: Observed,
  hop: Hop,
  batches: NodeBatches,
  findings: readonly Finding[] = [],
): readonly WorkStep[] {
  const to = minorInWords(hop.to);
  return [
    ...firstSteps(findings, etcdChangeOf(observed, hop)),
    ...etcdSteps(observed, hop),
    ...names(observed.apiServers).map((server, nth) =>
      also(step(`API server on ${server} to ${to}`, [server], 'kube-apiserver'), kubeadmDoes(observed, hop, nth === 0)),
    ),
    ...('gap' in observed.apiServers ? [step(`API servers to ${to}`, [], 'kube-apiserver')] : []),
    step(`Controllers and scheduler to ${to}`, controllersOn(observed), 'kube-controller-manager'),
    addOnStep(hop),
    ...nodeSteps(observed, hop, batches),
  ];
}

/** What the table of the order says of a component. */
function step(name: string, on: readonly string[], component: string): WorkStep {
  const row = versionSkew().order.find(({ what }) => what.some((one) => one.startsWith(component)));
  return { name, on, detail: row?.detail ?? '', ...(row ? { source: row.source } : {}) };
}

const also = (its: WorkStep, more: string | undefined): WorkStep =>
  more === undefined ? its : { ...its, detail: `${its.detail}; ${more}` };

/**
 * What raises a node where kubeadm made the cluster: it takes etcd, controllers and scheduler of a control-plane node with the API server. Source:
 * kubernetes/website content/en/docs/tasks/administer-cluster/kubeadm/kubeadm-upgrade.md.
 */
function kubeadmDoes({ kubeadm }: Observed, { to, release }: Hop, isApplied: boolean): string | undefined {
  if ('gap' in kubeadm || !kubeadm.known) return undefined;
  const version = release ?? `${minorInWords(to)}.x`;
  return `with kubeadm ${version}: ${isApplied ? `kubeadm upgrade apply v${version}` : 'kubeadm upgrade node'}`;
}

const names = (piece: Piece<readonly { readonly name: string }[]>): readonly string[] =>
  'gap' in piece ? [] : piece.known.map(({ name }) => name).toSorted();

const controllersOn = ({ controllerManagers, schedulers, cloudControllerManagers }: Observed) =>
  [...new Set([controllerManagers, schedulers, cloudControllerManagers].flatMap(names))].toSorted();

/** What takes the blockers away: those that ask for the same are one step. What etcd needs has steps of its own. */
function firstSteps(findings: readonly Finding[], change: EtcdChange | undefined): readonly WorkStep[] {
  const needs = change && etcdNeeds(change);
  const blockers = findings.filter(({ severity, subject }) => severity === 'blocker' && subject !== needs);
  return [...Map.groupBy(blockers, ({ next }) => next)].map(([next, its]) => ({
    name: `Before anything goes up: ${firstFew([...new Set(its.map(({ subject }) => subject))])}`,
    on: [],
    detail: next.replace(/\.$/, ''),
  }));
}

function etcdChangeOf({ etcd }: Observed, hop: Hop): EtcdChange | undefined {
  const members = 'gap' in etcd ? [] : etcd.known;
  const versions = members.flatMap(({ version }) => ('known' in version ? (versionIn(version.known) ?? []) : []));
  return etcdChange(versions, hop);
}

function etcdSteps(observed: Observed, hop: Hop): readonly WorkStep[] {
  const { etcd } = observed;
  const members = names(etcd);
  const change = etcdChangeOf(observed, hop);
  if (!change)
    return 'gap' in etcd ? [step('etcd, where its version is below what the target brings', [], 'etcd')] : [];
  const stops = etcdStops(change).map(({ version, gate: { rule, source } }) => ({
    ...{ name: `etcd to ${version}, one member at a time`, on: members, detail: rule, source },
  }));
  return [...stops, step(`etcd to ${change.to.text}, one member at a time`, members, 'etcd')];
}

function addOnStep(hop: Hop): WorkStep {
  const shipped = lastShippedWith(hop.to);
  const with_ = shipped ? `CoreDNS ${shipped.coredns} and kube-proxy` : 'CoreDNS and kube-proxy';
  return step(`Add-ons: ${with_}`, [], 'add-ons');
}

function nodeSteps(observed: Observed, hop: Hop, batches: NodeBatches): readonly WorkStep[] {
  if ('gap' in observed.nodes) return [step('Kubelets, in batches', [], 'kubelet')];
  const room = roomOf(observed.nodes.known, hop);
  const all = nodeBatches(observed.nodes.known, batches);
  const workers = new Set(observed.nodes.known.flatMap(({ name, isControlPlane }) => (isControlPlane ? [] : [name])));
  // What no node tells of is told once: where drains begin to meet workloads.
  const firstDrain = all.find(({ nodes }) => nodes.some((node) => workers.has(node))) ?? all[0];
  return all.map((batch) => {
    const { name, nodes } = batch;
    const its = step(
      `Kubelet and kube-proxy to ${minorInWords(hop.to)}: ${name}, ${counted(nodes.length, 'node')}`,
      nodes,
      'kubelet',
    );
    const kubeadm = nodes.some((node) => workers.has(node)) ? kubeadmDoes(observed, hop, false) : undefined;
    return {
      ...also(also(its, kubeadm), room),
      drains: [...podsOn(observed, nodes), ...(batch === firstDrain ? drainsAnywhere(observed) : [])],
    };
  });
}

/** How long the oldest kubelet may wait: it depends on its own minor, which is that of the hop before once the order of work was kept. */
function roomOf(nodes: readonly NodeFacts[], hop: Hop): string | undefined {
  const seen = hop.isFirst ? nodes.flatMap(({ kubelet }) => releaseOf(kubelet)?.minor ?? []) : [];
  const oldest = Math.min(hop.from, ...seen);
  const rule = rulesFor('kubelet', oldest).find(({ relativeTo }) => relativeTo.startsWith('oldest kube-apiserver'));
  if (rule?.allowedOlder === undefined) return undefined;
  return `a kubelet of ${minorInWords(oldest)} may stay with API servers up to ${minorInWords(oldest + rule.allowedOlder)}`;
}

/** Only what needs somebody: a drain that meets nothing of it says nothing. */
function podsOn({ barePods }: Observed, nodes: readonly string[]): readonly string[] {
  const on = new Set(nodes);
  const pods = 'gap' in barePods ? [] : barePods.known.filter(({ node }) => node !== undefined && on.has(node));
  return said(pods, (amount) => counted(amount, 'pod that nothing makes anew', 'pods that nothing makes anew'));
}

function drainsAnywhere({ disruptionBudgets, barePods, singleReplicas }: Observed): readonly string[] {
  const nowhere = 'gap' in barePods ? [] : barePods.known.filter(({ node }) => node === undefined);
  const stuck =
    'gap' in disruptionBudgets
      ? []
      : disruptionBudgets.known.filter((one) => one.disruptionsAllowed === 0 && one.expectedPods > 0);
  const gaps = [disruptionBudgets, barePods, singleReplicas].flatMap((piece) =>
    'gap' in piece ? [`${piece.gap.what}: not seen.`] : [],
  );
  return [
    ...said(nowhere, (amount) =>
      counted(
        amount,
        'pod that nothing makes anew, on nodes nobody could see',
        'pods that nothing makes anew, on nodes nobody could see',
      ),
    ),
    ...said(stuck, (amount) =>
      counted(
        amount,
        'budget in the cluster that allows no pod to go',
        'budgets in the cluster that allow no pod to go',
      ),
    ),
    ...('gap' in singleReplicas
      ? []
      : said(singleReplicas.known, (amount) =>
          counted(amount, 'workload in the cluster with one replica', 'workloads in the cluster with one replica'),
        )),
    ...gaps,
  ];
}

const said = (all: readonly { readonly name: string }[], inWords: (amount: number) => string): readonly string[] =>
  all.length === 0 ? [] : [`${inWords(all.length)}: ${firstFew(all.map(({ name }) => name))}.`];
