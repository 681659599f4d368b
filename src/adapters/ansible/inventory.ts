import type { AnsibleHost, Inventory, PlaybookRequest } from '../../ports/ansible.ts';

/** All hosts a run is for: no host is ever named on the command line, where its name might mean a group or a pattern. */
export const chosenGroup = 'salvor_chosen';

/** Two names have a meaning of their own. */
const plainName = /^(?!(?:all|ungrouped)$)[A-Za-z0-9_][A-Za-z0-9._-]*$/;
const plainAddress = /^(?!-)[A-Za-z0-9.:_-]+$/;
const plainTag = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/;
const plainPlaybook = /^[a-z][a-z0-9-]*\/[a-z][a-z0-9-]*\.yaml$/;

/** The hosts of a request, each once, in their order. Throws RangeError on names that would mean something else to Ansible or ssh. */
export function hostsOf({ inventory, hosts, tags = [], playbook }: PlaybookRequest): readonly AnsibleHost[] {
  mustAll([playbook], plainPlaybook);
  mustAll(tags, plainTag);
  const all = new Map(Object.values(inventory.groups).flatMap((group) => group.map((host) => [host.name, host])));
  mustAll([...Object.keys(inventory.groups), ...all.keys()], plainName);
  for (const { address, user = 'root' } of all.values()) mustAll([address, user], plainAddress);
  const unknown = hosts?.find((name) => !all.has(name));
  if (unknown !== undefined) throw new RangeError(`No host of the inventory is called ${JSON.stringify(unknown)}.`);
  return [...all.values()].filter(({ name }) => hosts?.includes(name) ?? true);
}

function mustAll(texts: readonly string[], plain: RegExp): void {
  const odd = texts.find((text) => !plain.test(text));
  if (odd !== undefined)
    throw new RangeError(`Ansible is not told of ${JSON.stringify(odd)}: it might mean something else.`);
}

/** The inventory as Ansible's own plugin for YAML reads it, of which JSON is a part. */
export function inventoryFile({ groups, variables }: Inventory, chosen: readonly AnsibleHost[]): unknown {
  const hosts = Object.values(groups).flat();
  const named = (some: readonly AnsibleHost[]) => Object.fromEntries(some.map(({ name }) => [name, {}]));
  const children = Object.entries({ ...groups, [chosenGroup]: chosen });
  return {
    all: {
      vars: unsafe(variables),
      hosts: Object.fromEntries(hosts.map((host) => [host.name, hostVariables(host)])),
      children: Object.fromEntries(children.map(([group, its]) => [group, { hosts: named(its) }])),
    },
  };
}

function hostVariables({ address, connection, port, user, variables }: AnsibleHost): object {
  return {
    ansible_host: address,
    ansible_connection: connection,
    // Here Ansible need not look for a Python: it runs on one.
    ...(connection === 'local' ? { ansible_python_interpreter: '{{ ansible_playbook_python }}' } : {}),
    ...(port === undefined ? {} : { ansible_port: port }),
    ...(user === undefined ? {} : { ansible_user: user }),
    ...unsafe(variables),
  };
}

/** Texts as Ansible takes them for what they are: otherwise it would carry out what stands between {{ and }} in them. */
export const unsafe = (variables: Readonly<Record<string, unknown>>): object =>
  Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, marked(value)]));

function marked(value: unknown): unknown {
  if (typeof value === 'string') return { __ansible_unsafe: value };
  if (Array.isArray(value)) return value.map(marked);
  if (typeof value !== 'object' || value === null) return value;
  return unsafe({ ...value });
}
