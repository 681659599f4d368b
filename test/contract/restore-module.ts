import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { delimiter, join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { z } from 'zod';

const playbooks = resolve(import.meta.dirname, '../../playbooks');

/** What Ansible does on a host with a module and what is beside it, without the host. Source: ansible/module_utils/basic.py. */
const program = `
import runpy, sys
import ansible.module_utils
_, playbook, name = sys.argv
ansible.module_utils.__path__.append(playbook + '/module_utils')
sys.argv = [name]
runpy.run_path(playbook + '/library/' + name + '.py', run_name='__main__')
`;

const Answer = z.object({
  changed: z.boolean().default(false),
  failed: z.boolean().default(false),
  msg: z.string().default(''),
  ansible_facts: z.record(z.string(), z.unknown()).default({}),
});
export type ModuleAnswer = z.infer<typeof Answer>;

/** Runs a module of a playbook by itself: a fifth of what it takes to run a playbook. */
export async function runModule(
  name: string,
  options: object,
  path = process.env.PATH,
  of = 'etcd-restore',
): Promise<ModuleAnswer> {
  const playbook = join(playbooks, of);
  const child = spawn(python(), ['-c', program, playbook, name], { env: { PATH: path, PYTHONDONTWRITEBYTECODE: '1' } });
  child.stdin.end(JSON.stringify({ ANSIBLE_MODULE_ARGS: options }));
  const [said, errors] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'close')]);
  if (said === '') throw new Error(errors);
  return Answer.parse(JSON.parse(said));
}

/** The Python on which ansible-playbook runs: the only one that is known to have what modules import. */
function python(): string {
  const directories = (process.env.PATH ?? '').split(delimiter);
  const heads = directories.flatMap((directory) => headOf(join(directory, 'ansible-playbook')));
  return heads[0] ?? 'python3';
}

function headOf(file: string): readonly string[] {
  try {
    const [, found] = /^#! ?(\S+)/.exec(readFileSync(file, 'utf8')) ?? [];
    return found === undefined ? [] : [found];
  } catch {
    return [];
  }
}
