import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach } from 'vitest';
import { type SandboxS3, startS3 } from '../../sandbox/s3/server.ts';
import { type Ask, ask, type Reply, type Signing } from './s3-request.ts';

export const noon = new Date('2026-03-01T12:00:00Z');

/** The sandbox's S3 for each test of a file, with one bucket called `bucket` and a clock that stands at noon. */
export function useS3() {
  const s3 = new S3Fixture();
  beforeEach(() => s3.begin());
  afterEach(() => s3.end());
  return s3;
}

class S3Fixture {
  now = noon;
  #directory = '';
  #server: SandboxS3 | undefined;

  async begin(): Promise<void> {
    this.now = noon;
    this.#directory = await mkdtemp(join(tmpdir(), 'salvor-s3-'));
    await this.#start();
  }

  async end(): Promise<void> {
    await this.#server?.stop();
    await rm(this.#directory, { recursive: true });
  }

  async restart(): Promise<void> {
    await this.#server?.stop();
    await this.#start();
  }

  get server(): SandboxS3 {
    if (!this.#server) throw new Error('the server has not started');
    return this.#server;
  }

  get signing(): Signing {
    return { endpoint: this.server.endpoint, at: this.now };
  }

  /** The folder with the bytes of all objects and parts. */
  get dataDirectory(): string {
    return join(this.#directory, 'bucket', 'data');
  }

  files(): Promise<readonly string[]> {
    return readdir(this.dataDirectory);
  }

  ask(asked: Ask, at = this.now): Promise<Reply> {
    return ask({ ...this.signing, at }, asked);
  }

  put(key: string, body: Uint8Array | string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask({ method: 'PUT', path: `/bucket/${key}`, body, headers });
  }

  get(key: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.ask({ path: `/bucket/${key}`, headers });
  }

  list(query: Readonly<Record<string, string>>): Promise<Reply> {
    return this.ask({ path: '/bucket', query: { 'list-type': '2', ...query } });
  }

  async #start(): Promise<void> {
    this.#server = await startS3({
      directory: this.#directory,
      accessKeyId: 'key',
      secretAccessKey: 'secret',
      region: 'us-east-1',
      buckets: ['bucket'],
      now: () => this.now,
    });
  }
}

/** The texts of all elements of this name, in order. */
export function all({ text }: Reply, element: string): readonly (string | undefined)[] {
  return [...text.matchAll(new RegExp(`<${element}>([^<]*)</${element}>`, 'g'))].map(([, value]) => value);
}

export function refusal({ status, code }: Reply): readonly [number, string | undefined] {
  return [status, code];
}
