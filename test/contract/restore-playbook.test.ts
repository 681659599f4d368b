import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { createAnsible } from '../../src/adapters/ansible.ts';
import type { Ansible } from '../../src/ports/ansible.ts';
import { localHost } from './ansible-lab.ts';
import { hostOf, restorePlaybookContract } from './restore-playbook.ts';

const run = promisify(execFile);

/** What etcd is to the playbook: a service that holds the lock of its database for as long as it runs. */
const service = `
what=$1 base=$2
running() { [ -s "$base/pid" ] && kill -0 "$(cat "$base/pid")" 2>/dev/null; }
case $what in
  running) running ;;
  stop) if running; then kill "$(cat "$base/pid")"; fi; rm -f "$base/pid" ;;
  start)
    setsid sh -c 'exec 9<"$0"; flock 9; exec sleep 600' "$base/data/member/snap/db" </dev/null >/dev/null 2>&1 &
    echo $! > "$base/pid" ;;
esac
`;
const restore = 'test -e "$1" && mkdir -p "$0/member/snap" && cp "$1" "$0/member/snap/db"';

let directory: string;
let ansible: Ansible;
let count = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-playbook-'));
  ansible = createAnsible({ directory, hosts: {}, path: process.env.PATH ?? '' });
  await writeFile(join(directory, 'service.sh'), service);
  await writeFile(join(directory, 'snapshot.db'), 'the backup');
});
afterAll(() => rm(directory, { recursive: true }));

restorePlaybookContract('real Ansible', async (names) => {
  count += 1;
  const here = join(directory, String(count));
  const hosts = await Promise.all(names.map((name) => hostIn(join(here, name), name)));
  return {
    ansible,
    snapshotFile: join(directory, 'snapshot.db'),
    inventory: {
      groups: { etcd: hosts },
      variables: {
        ...{ restore_cluster: 'prod-1', restore_mark: 'm1', restore_programs: [], ansible_become: false },
        restore_dir: join(here, 'restores', 'm1'),
      },
    },
  };
});

async function hostIn(base: string, name: string) {
  const argv = (what: string) => ['sh', join(directory, 'service.sh'), what, base];
  const [program = '', ...start] = argv('start');
  await mkdir(join(base, 'data', 'member', 'snap'), { recursive: true });
  await writeFile(join(base, 'data', 'member', 'snap', 'db'), 'the old data');
  await run(program, start);
  onTestFinished(async () => void (await run(program, argv('stop').slice(1))));
  const data = join(base, 'data');
  return localHost(
    name,
    hostOf({
      ...{ etcd_name: name, etcd_data_dir: data, etcd_owner: userInfo().username },
      etcd_service: { kind: 'commands', start: argv('start'), stop: argv('stop'), isRunning: argv('running') },
      restore_argv: ['sh', '-c', restore, join(data, 'restored-m1'), join(base, '..', 'restores', 'm1', 'snapshot.db')],
    }),
  );
}
