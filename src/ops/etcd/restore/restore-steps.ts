import type { Decided } from './decided.ts';
import type { RestoreTag } from './steps.ts';

/** What Salvor does by itself, through etcd and the store. */
export type OwnWork =
  | 'save'
  | 'check-etcd'
  | 'clear-addresses'
  | 'check-data'
  | 'check-kubernetes'
  | 'remove-member'
  | 'add-learner'
  | 'promote';

/** A step of a restore: tags of the playbook on some hosts, in one run of it, or work of Salvor's own. */
export interface RestoreStep {
  readonly name: string;
  readonly does:
    | { readonly kind: 'playbook'; readonly tags: readonly RestoreTag[]; readonly hosts: readonly string[] }
    | { readonly kind: 'own'; readonly work: OwnWork; readonly member?: string };
  readonly changes: string;
  readonly isPointOfNoReturn?: boolean;
}

/** The steps of what was decided, in order. Always the same for the same decision. */
export function restoreSteps(decided: Decided): readonly RestoreStep[] {
  const steps = decided.variant === 'replace' ? replaceSteps(decided) : wholeSteps(decided);
  return withPointOfNoReturn(steps, decided);
}

const playbook = (
  name: string,
  tag: RestoreTag | readonly RestoreTag[],
  hosts: readonly string[],
  changes: string,
): readonly RestoreStep[] =>
  hosts.length === 0 ? [] : [{ name, does: { kind: 'playbook', tags: [tag].flat(), hosts }, changes }];

const own = (name: string, work: OwnWork, changes: string, member?: string): readonly RestoreStep[] => [
  { name, does: { kind: 'own', work, ...(member === undefined ? {} : { member }) }, changes },
];

const names = (hosts: readonly string[]): string => hosts.join(', ');

function wholeSteps(decided: Decided): readonly RestoreStep[] {
  const { hosts, variant, isSaved, copied, survivor, hasKubernetes, shared } = decided;
  const all = hosts.map(({ name }) => name);
  const withApi = hosts.filter(({ variables }) => variables.apiserver_service).map(({ name }) => name);
  const cached = hosts.filter(({ variables }) => variables.afterwards_services.length > 0).map(({ name }) => name);
  const isRescue = survivor !== undefined;
  const data = isRescue ? `the data of ${survivor}` : 'the backup';
  const beside = playbook('Restore beside the old data', 'prepare', all, `${data} is restored beside the data in use`);
  const exchanged =
    variant === 'new'
      ? `${data} is in every data directory`
      : `the old data is set aside as before-${shared.restore_mark}, and ${data} is in its place`;
  return [
    ...playbook('Check every host', 'look', all, 'nothing'),
    ...(isSaved ? own('Save what is there now', 'save', 'nothing: one more backup') : []),
    // All that takes long is done while the cluster still runs.
    ...(isRescue ? [] : playbook('Put the backup on every host', 'fetch', all, `the backup lies on ${names(all)}`)),
    ...(isRescue ? [] : beside),
    ...playbook('Stop API servers', 'stop-apiservers', withApi, `API servers are stopped on ${names(withApi)}`),
    ...playbook('Stop etcd', 'stop-etcd', all, `etcd is stopped on ${names(all)}`),
    ...playbook('Copy the old data', 'copy-data', copied, `a copy of the old data lies on ${names(copied)}`),
    ...(isRescue
      ? playbook('Rescue the data', 'rescue', [survivor], 'nothing: etcd runs on the copy for a moment')
      : []),
    ...(isRescue
      ? playbook('Put it on every host', 'fetch', all, `the data of ${survivor} lies on ${names(all)}`)
      : []),
    ...(isRescue ? beside : []),
    // Each run of Ansible is a second or two in which nobody can use the cluster.
    ...(variant === 'new'
      ? playbook('Put the data into its place', ['restore', 'own'], all, exchanged)
      : playbook('Exchange the data', ['move-aside', 'restore', 'own'], all, exchanged)),
    ...playbook('Start etcd', 'start-etcd', all, `etcd is started with ${data}`),
    ...own('Check etcd', 'check-etcd', 'nothing'),
    // Before anybody may write: only then must the numbers of keys be those of the backup.
    ...own('Check what was restored', 'check-data', 'nothing'),
    ...(withApi.length > 0
      ? own('Clear API server addresses', 'clear-addresses', 'the addresses of API servers are deleted from it')
      : []),
    ...playbook('Start API servers', 'start-apiservers', withApi, `API servers are started with ${data}`),
    ...playbook('Restart what remembers', 'restart-afterwards', cached, `services are restarted on ${names(cached)}`),
    ...(hasKubernetes ? own('Check Kubernetes', 'check-kubernetes', 'nothing') : []),
    ...playbook('Clear away', 'clear-away', all, 'nothing: the file with the backup is deleted'),
  ];
}

/** One after the other: two at once could take the quorum away. */
function replaceSteps({ lost, isSaved, shared }: Decided): readonly RestoreStep[] {
  const hosts = lost.map(({ name }) => name);
  return [
    ...playbook('Check every host', 'look', hosts, 'nothing'),
    ...(isSaved ? own('Save what is there now', 'save', 'nothing: one more backup') : []),
    ...lost.flatMap(({ name, id }) => [
      ...playbook(`Stop etcd on ${name}`, 'stop-etcd', [name], `etcd is stopped on ${name}`),
      ...playbook(
        `Move the old data of ${name} aside`,
        'move-aside',
        [name],
        `the old data of ${name} is set aside as before-${shared.restore_mark}`,
      ),
      ...(id === undefined
        ? []
        : own(`Take ${name} out of the cluster`, 'remove-member', `${name} is no member any more`, name)),
      ...own(`Add ${name} as a learner`, 'add-learner', `${name} is a member without a vote`, name),
      ...playbook(`Start etcd on ${name}`, 'join-etcd', [name], `etcd is started on ${name}`),
      ...own(`Give ${name} its vote`, 'promote', `${name} is a voter`, name),
    ]),
    ...own('Check etcd', 'check-etcd', 'nothing'),
  ];
}

/**
 * Until somebody may have written to the new data, the old data directories are the whole truth, and renaming them back is all it takes. API servers are
 * the first that write: without them it is whoever finds etcd running. From then on going back loses what was written since, and controllers
 * may have acted on it outside. A member that was taken out of its cluster is a stranger to it with its old data.
 */
function withPointOfNoReturn(steps: readonly RestoreStep[], { variant, hosts }: Decided): readonly RestoreStep[] {
  const withApi = hosts.some(({ variables }) => variables.apiserver_service);
  const isIt = ({ does }: RestoreStep): boolean => {
    if (variant === 'replace') return does.kind === 'own' && does.work === 'remove-member';
    return does.kind === 'playbook' && does.tags.includes(withApi ? 'start-apiservers' : 'start-etcd');
  };
  const at = steps.findIndex(isIt);
  return steps.map((step, index) => (index === at ? { ...step, isPointOfNoReturn: true } : step));
}
