import type { Inventory } from '../../../ports/ansible.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import type { Place } from './decided.ts';
import type { HopVariables, SharedVariables } from './playbook.ts';

/** The host as Ansible reaches it; all else about it is salvor.yaml's. */
function hostOf({ name, host, connection, ssh: { user, port } }: Registry): Place['host'] {
  return {
    ...{ name, address: host, connection },
    ...(port === undefined ? {} : { port }),
    ...(user === undefined ? {} : { user }),
  };
}

function sharedVariables(registry: Registry, mark: string): SharedVariables {
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

/** What is decided of the host of a registry before any way is; the mark names what is left there. */
export const placeOf = (registry: Registry, mark: string): Place => ({
  host: hostOf(registry),
  become: registry.become,
  shared: sharedVariables(registry, mark),
});

/** What Ansible is given: exactly what was decided, and of the hops the one that is under way. */
export function inventoryOf({ host, become, shared }: Place, hop?: HopVariables): Inventory {
  return {
    groups: { harbor: [{ ...host, variables: {} }] },
    variables: { ...shared, ansible_become: become, ...(hop ? { hop } : {}) },
  };
}
