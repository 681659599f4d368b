import type { Check } from '../finding.ts';
import { addOns } from './add-ons.ts';
import { apiServerVersions } from './api-server-versions.ts';
import { apiServices } from './api-services.ts';
import { backup } from './backup.ts';
import { calledApis } from './called-apis.ts';
import { certificates } from './certificates.ts';
import { changedBehaviour } from './changed-behaviour.ts';
import { componentVersions } from './component-versions.ts';
import { configFiles } from './config-files.ts';
import { customResources } from './custom-resources.ts';
import { dataAge } from './data-date.ts';
import { disruptionBudgets } from './disruption-budgets.ts';
import { drains } from './drains.ts';
import { etcdHealth } from './etcd-health.ts';
import { etcdVersions } from './etcd-versions.ts';
import { helmReleases } from './helm-releases.ts';
import { kubeletFlags } from './kubelet-flags.ts';
import { largeCluster } from './large-cluster.ts';
import { manifests } from './manifests.ts';
import { nodes } from './nodes.ts';
import { proxyBesideKubelet } from './proxy-beside-kubelet.ts';
import { removedSettings } from './removed-settings.ts';
import { runtimeConfig } from './runtime-config.ts';
import { storedApis } from './stored-apis.ts';
import { storedInEtcd } from './stored-in-etcd.ts';
import { tools } from './tools.ts';
import { webhooks } from './webhooks.ts';

/** In the order in which people would look. */
export const checks: readonly Check[] = [
  ...[apiServerVersions, componentVersions, proxyBesideKubelet, tools],
  ...[calledApis, storedApis, storedInEtcd, helmReleases, manifests],
  ...[customResources, webhooks, apiServices],
  ...[removedSettings, runtimeConfig, configFiles, kubeletFlags, changedBehaviour],
  ...[etcdVersions, etcdHealth, backup, certificates],
  ...[nodes, disruptionBudgets, drains, addOns, largeCluster, dataAge],
];
