import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { expect, it } from 'vitest';

const root = resolve(import.meta.dirname, '../..');

interface Ended {
  readonly code: number | string | null | undefined;
  readonly text: string;
  readonly pid: number | undefined;
}

/** `npm run demo -- …`, the installing apart. */
function demo(flags: readonly string[]): Promise<Ended> {
  return new Promise((done) => {
    const child = execFile(process.execPath, ['sandbox/demo.ts', ...flags], { cwd: root }, (error, stdout, stderr) =>
      done({ code: error ? error.code : 0, text: stdout + stderr, pid: child.pid }),
    );
  });
}

// Fewer keys than a person sees: what is proved here is the conversation.
it('plays the main job before whoever tries Salvor first, proves the backup, and leaves nothing behind', {
  timeout: 420_000,
}, async () => {
  const { code, text, pid } = await demo(['--once', '--keys', '500']);
  expect({ code, text }).toMatchObject({ code: 0 });
  const inOrder = [
    'writing 500 keys',
    'Salvor is up: one bot, one worker',
    'vera types: /salvor snapshot prod-1',
    'This takes the operator right on prod-1, which you do not have.',
    'prod-1 already has this under way',
    'Done: prod-1 is saved',
    'alice types: /salvor verify prod-1 latest',
    'Done: prod-1: r-',
    'vera types: /salvor backups prod-1',
    'Done: prod-1: the newest backup is',
    'vera types: /salvor watch prod-1',
    'vera types: /salvor leaders prod-1',
    'all that must be led has its leader',
    'vera types: /salvor upgrade prod-1 1.37',
    'Done: prod-1 from 1.36.2 to 1.37: 3 blockers',
    'vera types: @salvor upgrade prod-1 1.37, with service-cidr.yaml',
    'Done: prod-1 from 1.36.2 to 1.37: 4 blockers',
    'Done: ConfigMap v1',
    'etcd-3 dies',
    'etcdMembersDown fires on prod-1',
    'Asked: leaders prod-1, backups prod-1: see the thread',
    'Suggested: snapshot prod-1; checked: still firing, no alert left out, ',
    'vera presses Acknowledge',
    'This takes the operator right on prod-1, which you do not have.',
    'alice presses Acknowledge',
    'Acknowledged: @Alice Adler',
    'Somebody starts etcd-3 again',
    ': etcdMembersDown on prod-1',
    'Meanwhile somebody writes /registry/rbac',
    'alice types: /salvor restore prod-1 latest',
    'This takes the approver right on prod-1',
    'Your vote counts: 1 of 2',
    '你的票已计入：2 / 2',
    'Done: prod-1 is restored from r-',
    'The same, as it stands in #prod-1 now',
    'Resolved after ',
    'member etcd-3 of etcd does not answer',
    'alice types: /salvor harbor reg-eu 2.14.1',
    'Refused: reg-eu cannot be upgraded yet',
    'Somebody fetches that offline installer',
    'Done: reg-eu would be upgraded: 2.10.3 → 2.12.4 → 2.14.1',
    '你的票已计入：2 / 2',
    'Done so far: reg-eu runs 2.12.4',
    'alice presses Resume',
    'Done: reg-eu runs 2.14.1',
    'Done: reg-eu runs 2.14.1 and is healthy',
    'The same, as it stands in #reg-eu now',
    'What Alice reads at her Home',
    'Last verified backup: less than 1 h ago, within 1 d',
    'Leaders: kube-scheduler: cp-',
    'etcd-3 holds what the backup held, and nothing that was written later',
    's3://etcd-backups/etcd/prod-1/data/',
    'etcdctl restores it, hash check on',
  ];
  let read = 0;
  for (const words of inOrder) {
    read = text.indexOf(words, read);
    expect(read, `${words}, in ${text}`).toBeGreaterThan(-1);
  }
  expect(existsSync(resolve(root, `.sandbox/demo-${pid}`))).toBe(false);
});

it('says what is wrong with what it is asked, before it starts anything', async () => {
  const { code, text } = await demo(['--keys', 'many']);
  expect(code).toBe(2);
  expect(text).toMatch(/^--keys takes a whole number .*, not "many"\.\n\nUsage: npm run demo/);
});
