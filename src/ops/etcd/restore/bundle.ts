import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { Document, isScalar, visit } from 'yaml';
import type { Cluster } from '../../../ports/catalogue.ts';
import type { ObjectAt } from '../../../ports/objects.ts';
import type { Decided } from './decided.ts';
import type { RestorePlan } from './plan-restore.ts';
import type { PlaybookFile } from './playbook-files.ts';
import { runbook } from './runbook.ts';

/** A restore to be run without Salvor: `ansible-playbook -i inventory.yaml site.yaml`, or by hand after RUNBOOK.md. */
export interface Bundle {
  /** 'restore-prod-1-7f3k.tar.gz' */
  readonly name: string;
  readonly bytes: Buffer;
}

/** The same bytes for the same plan and the same playbook. */
export async function bundleOf(plan: RestorePlan, playbook: readonly PlaybookFile[]): Promise<Bundle> {
  const { decided, observation } = plan;
  const directory = `restore-${observation.cluster.name}-${decided.shared.restore_mark}`;
  const files = [
    { path: 'RUNBOOK.md', text: runbook(plan) },
    { path: 'inventory.yaml', text: inventoryYaml(decided) },
    { path: 'variables.json', text: `${JSON.stringify(decided, null, 2)}\n` },
    // Its own README speaks of all restores, ours of this one.
    ...playbook,
  ];
  const sums = files.map(({ path, text }) => `${sha256(text)}  ${path}\n`).join('');
  const bytes = await archive(directory, [...files, { path: 'SHA256SUMS', text: sums }], observation.now);
  return { name: `${directory}.tar.gz`, bytes };
}

/** Beside the backups of the cluster, where nothing that lists or prunes them looks. */
export function bundleAt({ backup: { bucket, prefix } }: Cluster, { name }: Bundle): ObjectAt {
  return { bucket, key: `${prefix}/restores/${name}` };
}

/**
 * Ansible's own form; variables of a host stand with it. Texts are marked as what they are: otherwise Ansible would carry out what stands between
 * {{ and }} in them, on the machine of whoever runs the bundle.
 */
function inventoryYaml({ hosts, shared, become }: Decided): string {
  const described = hosts.map(({ name, address, connection, port, user, variables }) => [
    name,
    {
      ansible_host: address,
      ansible_connection: connection,
      ...(port === undefined ? {} : { ansible_port: port }),
      ...(user === undefined ? {} : { ansible_user: user }),
      ...variables,
    },
  ]);
  const document = new Document(
    {
      all: {
        vars: { ...shared, ansible_become: become, snapshot_file: 'snapshot.db' },
        children: { etcd: { hosts: Object.fromEntries(described) } },
      },
    },
    { aliasDuplicateObjects: false },
  );
  visit(document, {
    Scalar(key, node) {
      if (key === 'value' || typeof key === 'number')
        if (isScalar(node) && typeof node.value === 'string') node.tag = '!unsafe';
    },
  });
  return document.toString({ lineWidth: 0 });
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

async function archive(directory: string, files: readonly PlaybookFile[], mtime: Date): Promise<Buffer> {
  const tar = pack();
  for (const { path, text } of files) tar.entry({ name: `${directory}/${path}`, mtime, mode: 0o644 }, text);
  tar.finalize();
  const pieces: Uint8Array[] = [];
  for await (const piece of tar) if (piece instanceof Uint8Array) pieces.push(piece);
  return gzipSync(Buffer.concat(pieces));
}
