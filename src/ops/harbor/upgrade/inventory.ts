import type { Inventory } from '../../../ports/ansible.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import type { Decided } from './decided.ts';
import type { HopVariables, SharedVariables } from './playbook.ts';

/** The host as Ansible reaches it; all else about it is salvor.yaml's. */
export function hostOf({ name, host, connection, ssh: { user, port } }: Registry): Decided['host'] {
  return {
    ...{ name, address: host, connection },
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
  };
}

export function sharedVariables(registry: Registry, mark: string): SharedVariables {
  return {
    harbor_name: registry.name,
    harbor_mark: mark,
    harbor_dir: registry.installDir,
    harbor_data: registry.dataDir,
    harbor_work: `${registry.workDir}/${mark}`,
    harbor_compose: registry.compose,
    harbor_database: registry.database,
    harbor_packages: registry.packages,
    harbor_wrapper: registry.wrapper ?? '',
  };
}

/** What Ansible is given: exactly what was decided, and of the hops the one that is under way. */
export function inventoryOf(
  { host, become, shared }: Pick<Decided, 'host' | 'become' | 'shared'>,
  hop?: HopVariables,
): Inventory {
  return {
    groups: { harbor: [{ ...host, variables: {} }] },
    variables: { ...shared, ansible_become: become, ...(hop ? { hop } : {}) },
  };
}
