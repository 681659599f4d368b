import { createHash } from 'node:crypto';
import { gunzipSync } from 'node:zlib';
import { extract } from 'tar-stream';
import { beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { Plan } from '../../../../src/chatops/plan.ts';
import { Decided } from '../../../../src/ops/etcd/restore/decided.ts';
import { openRestoreHouse } from '../../../commands/restore-house.ts';

/** As Ansible reads it: a text that is never a template. */
const unsafe = { tag: '!unsafe', resolve: (text: string) => text };

let files: ReadonlyMap<string, string>;
let plan: Plan;
let decided: Decided;

beforeAll(async () => {
  const house = await openRestoreHouse({ restore: { ssh: { user: 'salvor', port: 2222 } } });
  await house.backup();
  const approval = await house.plans();
  plan = approval.plan;
  decided = Decided.parse(plan.payload.decided);
  files = await unpacked(house.bundle(approval) ?? Buffer.of());
});

async function unpacked(bytes: Buffer): Promise<ReadonlyMap<string, string>> {
  const found = new Map<string, string>();
  const archive = extract();
  archive.end(gunzipSync(bytes));
  for await (const entry of archive) {
    const pieces: Buffer[] = [];
    for await (const piece of entry) pieces.push(Buffer.from(piece as Uint8Array));
    found.set(entry.header.name.replace(/^[^/]+\//, ''), Buffer.concat(pieces).toString());
  }
  return found;
}

describe('the bundle of a plan', () => {
  it('holds the playbook with its modules, an inventory, the variables and a runbook', () => {
    expect([...files.keys()]).toEqual(
      expect.arrayContaining([
        ...['RUNBOOK.md', 'inventory.yaml', 'variables.json', 'site.yaml', 'rollback.yaml', 'README.md', 'SHA256SUMS'],
        ...['library/restore_data.py', 'module_utils/salvor_service.py'],
      ]),
    );
  });

  it('has checksums that fit every file', () => {
    const sums = (files.get('SHA256SUMS') ?? '').trim().split('\n');
    expect(sums).toHaveLength(files.size - 1);
    for (const line of sums) {
      const [sum = '', path = ''] = line.split('  ');
      expect(
        createHash('sha256')
          .update(files.get(path) ?? '')
          .digest('hex'),
      ).toBe(sum);
    }
  });

  it('tells Ansible exactly what was agreed to', () => {
    const { all } = parse(files.get('inventory.yaml') ?? '', { customTags: [unsafe] });
    const [first] = decided.hosts;
    expect(Object.keys(all.children.etcd.hosts)).toEqual(['etcd-1', 'etcd-2', 'etcd-3']);
    expect(all.children.etcd.hosts['etcd-1']).toEqual({
      ...{ ansible_host: '10.0.0.11', ansible_connection: 'ssh', ansible_port: 2222, ansible_user: 'salvor' },
      ...first?.variables,
    });
    expect(all.vars).toEqual({ ...decided.shared, ansible_become: true, snapshot_file: 'snapshot.db' });
    expect(Decided.parse(JSON.parse(files.get('variables.json') ?? ''))).toEqual(decided);
  });

  it('names in its runbook every command of every step, what is lost, and the way back', () => {
    const runbook = files.get('RUNBOOK.md') ?? '';
    for (const { name, commands } of plan.steps) {
      expect(runbook).toContain(name);
      for (const { command } of commands) expect(runbook).toContain(command);
    }
    for (const loss of plan.losses) expect(runbook).toContain(loss);
    expect(runbook).toContain('**Point of no return');
    expect(runbook).toContain('aws s3 cp s3://etcd-backups/etcd/prod-1/data/');
    expect(runbook).toContain('| zstd -dc > snapshot.db');
    expect(runbook).toContain(`# must be ${decided.source?.sha256}`);
    expect(runbook).toMatch(/mv -nT \/var\/lib\/etcd\/before-\w+ \/var\/lib\/etcd\/member/);
  });
});
