import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { pack } from 'tar-stream';
import { Document, isScalar, visit } from 'yaml';
import type { Inventory } from '../../ports/ansible.ts';
import type { PlaybookFile } from './playbook-files.ts';

/** What other people agreed to, to be run without Salvor: `ansible-playbook -i inventory.yaml site.yaml`, or by hand after RUNBOOK.md. */
export interface Bundle {
  /** 'restore-prod-1-7f3k.tar.gz' */
  readonly name: string;
  readonly bytes: Buffer;
}

/** All files in one directory of that name, with their SHA-256. The same bytes for the same files and time. */
export async function bundled(directory: string, files: readonly PlaybookFile[], at: Date): Promise<Bundle> {
  const sums = files.map(({ path, text }) => `${sha256(text)}  ${path}\n`).join('');
  const bytes = await archive(directory, [...files, { path: 'SHA256SUMS', text: sums }], at);
  return { name: `${directory}.tar.gz`, bytes };
}

/**
 * Ansible's own form; variables of a host stand with it. Texts are marked as what they are: otherwise Ansible would carry out what stands between
 * {{ and }} in them, on the machine of whoever runs the bundle.
 */
export function inventoryYaml({ groups, variables }: Inventory): string {
  const children = Object.entries(groups).map(([group, hosts]) => {
    const described = hosts.map(({ name, address, connection, port, user, variables: its }) => [
      name,
      {
        ansible_host: address,
        ansible_connection: connection,
        ...(port === undefined ? {} : { ansible_port: port }),
        ...(user === undefined ? {} : { ansible_user: user }),
        ...its,
      },
    ]);
    return [group, { hosts: Object.fromEntries(described) }];
  });
  const document = new Document(
    { all: { vars: variables, children: Object.fromEntries(children) } },
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
