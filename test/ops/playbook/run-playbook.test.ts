import { expect, it } from 'vitest';
import { runPlaybook } from '../../../src/ops/playbook/run-playbook.ts';
import type { Ansible } from '../../../src/ports/ansible.ts';

const broken = { task: 'Stop it', message: 'the disk is broken.' };

/** Of these hosts, the ones in `failing` fail in the same task. */
function played(hosts: readonly string[], failing: readonly string[]): Promise<unknown> {
  const ansible: Ansible = {
    run: async () => ({
      ...{ isGood: false, outputSha256: '' },
      hosts: Object.fromEntries(
        hosts.map((host) =>
          failing.includes(host)
            ? [host, { state: 'failed' as const, changed: 0, failure: broken, facts: {} }]
            : [host, { state: 'ok' as const, changed: 1, facts: {} }],
        ),
      ),
    }),
  };
  const step = { target: 'it', playbook: 'p.yaml', inventory: { groups: {}, variables: {} }, timeLimitMs: 1000, hosts };
  const context = { detail: () => {}, log: () => {}, signal: new AbortController().signal };
  return runPlaybook(ansible, step, context);
}

it('says once of a single host what failed there, and nothing of others', async () => {
  await expect(played(['reg-eu'], ['reg-eu'])).rejects.toThrow(/^It failed on reg-eu: Stop it: the disk is broken\.$/);
});

it('says of several which failed, why, and which ended the task', async () => {
  await expect(played(['a', 'b', 'c'], ['b'])).rejects.toThrow(
    /^It failed on b\. b: Stop it: the disk is broken\. a, c ended that task; none began the next\.$/,
  );
});
