import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Login } from './access.ts';
import { parsed } from './api.ts';
import { failed, forbidden, notOne, saidIn, unauthorized } from './faults.ts';
import { type Answer, basic, type Question, type Session } from './session.ts';

/** The registry's own API at /v2/, with one account. */
export interface Registry {
  /** Of a manifest; undefined where there is none. */
  digest(repository: string, reference: string): Promise<string | undefined>;
  manifest(repository: string, digest: string): Promise<Manifest & { readonly sizeBytes: number }>;
  /** Reads a blob and checks it; answers its bytes. */
  readBlob(repository: string, digest: string): Promise<number>;
  pushBlob(repository: string, body: Uint8Array): Promise<void>;
  /** Answers its digest. */
  pushManifest(repository: string, tag: string, body: Uint8Array): Promise<string>;
}

/** What becomes part of a path must not lead anywhere else. */
const Descriptor = z.object({ digest: z.string().regex(/^[a-z0-9]+:[0-9a-f]{32,256}$/), size: z.number() });
/** An image, or an index of such. */
const Manifest = z.object({
  config: Descriptor.optional(),
  layers: z.array(Descriptor).optional(),
  manifests: z.array(Descriptor).optional(),
});
type Manifest = z.infer<typeof Manifest>;

const image = 'application/vnd.oci.image.manifest.v1+json';
const manifestTypes = [
  image,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

const blobLimitBytes = 10 * 1024 ** 3;

const Token = z.object({ token: z.string().optional(), access_token: z.string().optional() });

export const digestOf = (body: Uint8Array): string => `sha256:${createHash('sha256').update(body).digest('hex')}`;

export function openRegistry(session: Session, login: Login): Registry {
  const { registry } = session;
  const known = new Map<string, string>();

  /** Asks as docker does: without credentials, then with what the challenge leads to. */
  async function ask(right: string, question: Omit<Question, 'authorization'>): Promise<Answer> {
    const first = await session.ask({ ...question, authorization: known.get(right) });
    if (first.status !== 401) return judged(right, question, first);
    const challenge = first.headers['www-authenticate'] ?? '';
    const authorization = await answerTo(challenge);
    known.set(right, authorization);
    const second = await session.ask({ ...question, authorization });
    if (second.status !== 401) return judged(right, question, second);
    // Strangers get a token too where they ask for rights, one without any.
    await answerTo(challenge.replace(/,scope="[^"]*"/, ''));
    throw forbidden(registry, login.username, right, saidIn(second.body));
  }

  function judged(right: string, { at }: Omit<Question, 'authorization'>, answer: Answer): Answer {
    if (answer.status === 403) throw forbidden(registry, login.username, right, saidIn(answer.body));
    if (answer.status >= 400 && answer.status !== 404) throw failed(registry, String(at), answer.status, answer.body);
    return answer;
  }

  async function answerTo(challenge: string): Promise<string> {
    const told = Object.fromEntries(
      [...challenge.matchAll(/(\w+)="([^"]*)"/g)].map(([, name, value]) => [name, value]),
    );
    if (!/^bearer /i.test(challenge) || told.realm === undefined) return basic(login);
    const realm = URL.parse(told.realm, session.origin);
    if (!realm) throw notOne(registry, `it sends for a token to ${told.realm}`);
    if (told.service !== undefined) realm.searchParams.set('service', told.service);
    for (const scope of (told.scope ?? '').split(' ').filter(Boolean)) realm.searchParams.append('scope', scope);
    const { status, body } = await session.ask({ at: realm, authorization: basic(login) });
    if (status === 401) throw unauthorized(registry, login.username);
    if (status !== 200) throw failed(registry, realm.pathname, status, body);
    const { token, access_token } = parsed(registry, realm.pathname, body, Token);
    return `Bearer ${token ?? access_token ?? ''}`;
  }

  function led(location: string): URL {
    const url = URL.parse(location, session.origin);
    if (!url || !/^https?:$/.test(url.protocol)) throw notOne(registry, 'it sends to what is no URL');
    return url;
  }

  /** What says no there may be anybody whom this worker reaches and the registry does not: its words are not passed on. */
  async function elsewhere(location: string, how: Parameters<Session['askElsewhere']>[1]): Promise<Answer> {
    const url = led(location);
    const answer = await session.askElsewhere(url, how);
    if (answer.status === 200) return answer;
    throw notOne(registry, `it sends to ${url.host} for a blob, which answers ${answer.status}`);
  }

  const pull = (question: Omit<Question, 'authorization'>) => ask('repository:pull', question);
  const push = (question: Omit<Question, 'authorization'>) => ask('repository:push', question);

  return {
    async digest(repository, reference) {
      const at = `/v2/${repository}/manifests/${reference}`;
      const { status, headers } = await pull({ method: 'HEAD', at, headers: { accept: manifestTypes } });
      if (status === 404) return undefined;
      const digest = headers['docker-content-digest'];
      if (typeof digest !== 'string' || !isDigest(digest)) throw notOne(registry, `it tells no digest at ${at}`);
      return digest;
    },

    async manifest(repository, digest) {
      const at = `/v2/${repository}/manifests/${digest}`;
      const { status, body } = await pull({ at, headers: { accept: manifestTypes } });
      if (status === 404) throw failed(registry, at, status, body);
      if (digestOf(body) !== digest) throw notOne(registry, `what it has at ${at} has not that digest`);
      return { ...parsed(registry, at, body, Manifest), sizeBytes: body.byteLength };
    },

    async readBlob(repository, digest) {
      const at = `/v2/${repository}/blobs/${digest}`;
      const hash = createHash('sha256');
      let bytes = 0;
      const sink = (piece: Uint8Array) => {
        hash.update(piece);
        bytes += piece.byteLength;
      };
      const how = { takes: 'blobMs', limitBytes: blobLimitBytes, sink } as const;
      const told = await pull({ ...how, at });
      // Blobs may lie in an object store, whose URL says all that it has to know.
      const { location } = told.headers;
      const isMoved = told.status >= 300 && told.status < 400 && location !== undefined;
      const { status, body } = isMoved ? await elsewhere(location, how) : told;
      if (status !== 200) throw failed(registry, at, status, body);
      if (`sha256:${hash.digest('hex')}` !== digest) throw notOne(registry, `what it has at ${at} has not that digest`);
      return bytes;
    },

    async pushBlob(repository, body) {
      const begun = await push({ method: 'POST', at: `/v2/${repository}/blobs/uploads/` });
      const location = begun.headers.location;
      if (begun.status !== 202 || location === undefined) throw failed(registry, 'an upload', begun.status, begun.body);
      const at = led(location);
      at.searchParams.set('digest', digestOf(body));
      const headers = { 'content-type': 'application/octet-stream' };
      const put = await push({ method: 'PUT', at, body, headers });
      if (put.status !== 201) throw failed(registry, at.pathname, put.status, put.body);
    },

    async pushManifest(repository, tag, body) {
      const at = `/v2/${repository}/manifests/${tag}`;
      const {
        status,
        headers,
        body: said,
      } = await push({ method: 'PUT', at, body, headers: { 'content-type': image } });
      if (status !== 201) throw failed(registry, at, status, said);
      const digest = digestOf(body);
      if (headers['docker-content-digest'] !== digest) throw notOne(registry, `it took another manifest at ${at}`);
      return digest;
    },
  };
}

const isDigest = (text: string): boolean => /^sha256:[0-9a-f]{64}$/.test(text);
