import { Fault } from '../chatops/errors.ts';
import type { Ansible } from '../ports/ansible.ts';

export function createAnsible(): Ansible {
  return {
    async run() {
      throw new Fault('This worker cannot run playbooks yet.', {
        port: 'ansible',
        operation: 'run',
        code: 'ANSIBLE_MISSING',
        retryable: false,
      });
    },
  };
}
