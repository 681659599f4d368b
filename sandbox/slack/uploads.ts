import { randomBytes } from 'node:crypto';
import { ApiError } from './failures.ts';
import type { Attached, StoredFile } from './model.ts';
import type { State } from './state.ts';

interface Promised {
  readonly name: string;
  readonly lengthBytes: number;
  readonly altText: string;
}

/** Files on their way in: an address is promised, the bytes are sent there, the upload is completed. */
export interface Uploads {
  promise(file: Promised): { readonly id: string; readonly url: string };
  /** Takes the bytes for the address ending in `path`; false when nothing was promised there or the length differs. */
  receive(path: string, bytes: Buffer): boolean;
  /** Throws ApiError `file_not_found`, also when the bytes never came. */
  complete(id: string, title: string): StoredFile;
  /** What a person attaches to a message. */
  attach(user: string, file: Attached): StoredFile;
  bytes(id: string): Buffer | undefined;
}

const mimetypes: Readonly<Record<string, string>> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  svg: 'image/svg+xml',
  csv: 'text/csv',
  json: 'application/json',
  md: 'text/markdown',
  txt: 'text/plain',
  log: 'text/plain',
  // Slack has no type of its own for YAML.
  yaml: 'text/plain',
  yml: 'text/plain',
  html: 'text/html',
};

export function createUploads(state: State, baseUrl: () => string): Uploads {
  const promised = new Map<string, Promised & { readonly secret: string }>();
  const received = new Map<string, Buffer>();
  function keep(file: Omit<StoredFile, 'mimetype' | 'url'>): StoredFile {
    const stored: StoredFile = {
      ...file,
      mimetype: mimetypes[file.name.split('.').at(-1)?.toLowerCase() ?? ''] ?? 'application/octet-stream',
      url: `${baseUrl()}/files/${file.id}/${encodeURIComponent(file.name)}`,
    };
    state.files.set(file.id, stored);
    state.changed();
    return stored;
  }
  return {
    promise(file) {
      const id = state.nextId('F');
      const secret = randomBytes(12).toString('hex');
      promised.set(id, { ...file, secret });
      return { id, url: `${baseUrl()}/upload/v1/${id}/${secret}` };
    },
    receive(path, bytes) {
      const [id = '', secret = ''] = path.split('/');
      const file = promised.get(id);
      if (!file || file.secret !== secret || file.lengthBytes !== bytes.length) return false;
      received.set(id, bytes);
      return true;
    },
    complete(id, title) {
      const file = promised.get(id);
      const bytes = received.get(id);
      if (!file || !bytes) throw new ApiError('file_not_found');
      promised.delete(id);
      const { name, altText } = file;
      return keep({ id, name, altText, title: title || name, user: state.app.botUserId, sizeBytes: bytes.length });
    },
    attach(user, { name, bytes }) {
      const id = state.nextId('F');
      received.set(id, Buffer.from(bytes));
      return keep({ id, name, user, altText: '', title: name, sizeBytes: bytes.length });
    },
    bytes: (id) => (state.files.has(id) ? received.get(id) : undefined),
  };
}
