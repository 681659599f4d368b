import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { type AnsibleSetup, createAnsible } from '../../src/adapters/ansible.ts';
import type { Ansible, AnsibleEvent, AnsibleHost, PlaybookRequest, PlaybookResult } from '../../src/ports/ansible.ts';

/** Real Ansible on this machine, with playbooks that tests write. */
export interface AnsibleLab {
  readonly directory: string;
  /** Where throw-away directories are made. */
  readonly work: string;
  create(setup?: Partial<AnsibleSetup>): Ansible;
  /** What a playbook of these tasks is asked for, on one host called one unless told. */
  request(tasks: readonly object[], how?: Partial<PlaybookRequest>): Promise<PlaybookRequest>;
  run(tasks: readonly object[], how?: Partial<PlaybookRequest>): Promise<LabRun>;
  /** What lies in `work`. */
  left(): Promise<readonly string[]>;
  close(): Promise<void>;
}

export interface LabRun {
  readonly result: PlaybookResult;
  readonly events: readonly AnsibleEvent[];
}

export const localHost = (name: string, variables: AnsibleHost['variables'] = {}): AnsibleHost => ({
  name,
  address: '127.0.0.1',
  connection: 'local',
  variables,
});

export const inventoryOf = (...hosts: readonly AnsibleHost[]): PlaybookRequest['inventory'] => ({
  groups: { machines: hosts },
  variables: { ansible_become: false },
});

export async function openAnsibleLab(): Promise<AnsibleLab> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-ansible-lab-'));
  const [work, playbooks] = [join(directory, 'work'), join(directory, 'playbooks')];
  await Promise.all([mkdir(work), mkdir(join(playbooks, 'lab'), { recursive: true })]);
  await symlink(resolve(import.meta.dirname, '../../playbooks/plugins'), join(playbooks, 'plugins'));
  let count = 0;
  const create: AnsibleLab['create'] = (setup = {}) =>
    createAnsible({ directory: work, hosts: {}, path: process.env.PATH ?? '', playbooks, ...setup });
  const ansible = create();

  const request: AnsibleLab['request'] = async (tasks, how = {}) => {
    count += 1;
    const playbook = `lab/play-${count}.yaml`;
    const play = { name: 'Lab', hosts: 'machines', gather_facts: false, any_errors_fatal: true, tasks };
    await writeFile(join(playbooks, playbook), stringify([play]));
    return { target: 'prod-1', playbook, inventory: inventoryOf(localHost('one')), timeLimitMs: 60_000, ...how };
  };
  return {
    directory,
    work,
    create,
    request,
    async run(tasks, how) {
      const events: AnsibleEvent[] = [];
      const result = await ansible.run({ onEvent: (event) => events.push(event), ...(await request(tasks, how)) });
      return { result, events };
    },
    left: () => readdir(work),
    close: () => rm(directory, { recursive: true }),
  };
}
