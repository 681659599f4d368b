import { createAnsible } from '../../src/adapters/ansible.ts';

/** Runs one playbook, given as JSON: a worker that tests kill and freeze. Ends with 3 where the playbook was ended without a result. */
const { setup, request } = JSON.parse(process.argv[2] ?? '');
console.log('started');
const error = await createAnsible(setup)
  .run(request)
  .then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
process.exitCode = error instanceof Error && 'code' in error && error.code === 'ANSIBLE_BROKEN' ? 3 : 1;
