import type { ClientHttp2Session, IncomingHttpHeaders } from 'node:http2';
import type { SnapshotSource } from '../../ports/etcd.ts';
import type { EtcdTimings, EtcdTls } from './connection.ts';
import { type Bypass, openBypass } from './data-bypass.ts';
import { fault, faultOfConnection, faultOfStatus, timeout, turnedAway } from './faults.ts';
import { createSnapshotDecoder } from './snapshot-decoder.ts';

export interface SnapshotTarget {
  readonly endpoint: string;
  readonly tls: EtcdTls | undefined;
  readonly token: string | undefined;
  readonly windowBytes: number;
  readonly timings: EtcdTimings;
  readonly timeLimitMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A broken member can send hundreds of thousands of these a second and never end (its database file gone, say). */
const emptyMessagesAllowed = 1_000;
const emptyMessage = Buffer.alloc(5);
const nowhere = new Uint8Array(0);

interface Read {
  readonly into: Uint8Array;
  readonly since: number;
  at: number;
  readonly resolve: (bytes: number) => void;
  readonly reject: (error: unknown) => void;
}

/**
 * The call Maintenance.Snapshot on bare HTTP/2: etcd3's own call loses the auth token, and grpc-js is too slow. Watches over the
 * connection itself: a frozen member would otherwise hang it for ever.
 */
export class SnapshotStream implements SnapshotSource {
  readonly #target: SnapshotTarget;
  readonly #bypass: Bypass;
  readonly #decoder = createSnapshotDecoder();
  readonly #started = Promise.withResolvers<void>();
  readonly #openedAt = performance.now();
  readonly #watch: NodeJS.Timeout;
  readonly #status: IncomingHttpHeaders = {};
  #session: ClientHttp2Session | undefined;
  #read: Read | undefined;
  #failure: unknown;
  #state: 'open' | 'ended' | 'closed' = 'open';
  #progressAt = performance.now();
  #heard = { bytes: 0, at: performance.now() };
  #pingedAt: number | undefined;

  /** Resolves when the first bytes of the database are there. */
  static async open(target: SnapshotTarget): Promise<SnapshotStream> {
    target.signal?.throwIfAborted();
    const opened = new SnapshotStream(target);
    await opened.#started.promise;
    return opened;
  }

  private constructor(target: SnapshotTarget) {
    this.#target = target;
    this.#bypass = openBypass(target, {
      connected: (session) => this.#call(session),
      data: (payload) => this.#take(payload),
      failed: (error) => this.#fail(error instanceof RangeError ? this.#nonsense(error) : this.#broken(error)),
    });
    this.#watch = setInterval(() => this.#look(), watchIntervalMs(target.timings));
    target.signal?.addEventListener('abort', this.#abort, { once: true });
  }

  #call(session: ClientHttp2Session): void {
    this.#session = session;
    const stream = session.request({
      ':method': 'POST',
      ':path': '/etcdserverpb.Maintenance/Snapshot',
      'content-type': 'application/grpc',
      te: 'trailers',
      ...(this.#target.token === undefined ? {} : { token: this.#target.token }),
    });
    stream.on('error', (error) => this.#fail(this.#broken(error)));
    stream.once('response', (headers) => this.#hearHeaders(headers));
    stream.once('trailers', (trailers) => Object.assign(this.#status, trailers));
    stream.once('end', () => this.#end());
    stream.resume();
    stream.end(emptyMessage);
  }

  get expectedBytes(): number {
    return this.#decoder.expectedBytes ?? 0;
  }

  get version(): string | undefined {
    return this.#decoder.version;
  }

  read(into: Uint8Array): Promise<number> {
    if (this.#state === 'ended') return Promise.resolve(0);
    if (this.#failure !== undefined) return Promise.reject(this.#failure);
    const { promise, resolve, reject } = Promise.withResolvers<number>();
    this.#read = { into, since: performance.now(), at: 0, resolve, reject };
    this.#advance();
    if (this.#decoder.isIdle && this.#bypass.isPaused) this.#goOn();
    return promise;
  }

  close(): void {
    this.#fail(fault('snapshot', 'ETCD_STREAM_ENDED', 'The snapshot was given up', false));
  }

  readonly #abort = () => this.#fail(this.#target.signal?.reason ?? new Error('aborted'));

  #hearHeaders(headers: IncomingHttpHeaders): void {
    Object.assign(this.#status, headers);
    if (headers[':status'] === undefined || Number(headers[':status']) === 200) return;
    this.#fail(this.#fault('ETCD_ANSWER', `${this.#target.endpoint} answered HTTP ${headers[':status']}`, false));
  }

  /** Answers whether all of the payload was used up. */
  #take(payload: Uint8Array): boolean {
    if (this.#state !== 'open') return true;
    this.#decoder.feed(payload);
    this.#advance();
    if (this.#decoder.isIdle) return true;
    this.#decoder.keep();
    return false;
  }

  /** After a pause that was ours: a member cannot be heard while nobody listens. */
  #goOn(): void {
    this.#hear(this.#heard.bytes, performance.now());
    this.#bypass.resume();
  }

  /** Moves bytes from the payload at hand into the read under way. */
  #advance(): void {
    const read = this.#read;
    try {
      const at = this.#decoder.fill(read?.into ?? nowhere, read?.at ?? 0);
      if (read && at > read.at) this.#progressAt = performance.now();
      if (read) read.at = at;
    } catch (error) {
      this.#fail(this.#nonsense(error));
      return;
    }
    if (this.#decoder.emptyMessages > emptyMessagesAllowed) this.#fail(this.#endlessEmptiness());
    if (this.#state !== 'open') return;
    if (this.#decoder.expectedBytes !== undefined) this.#started.resolve();
    if (read && read.at === read.into.length) this.#settle(read);
  }

  #nonsense(cause: unknown) {
    return this.#fault('ETCD_ANSWER', 'What the member sent is no snapshot stream', false, cause);
  }

  #endlessEmptiness() {
    const message = `${this.#target.endpoint} sends empty messages instead of its database`;
    return this.#fault('ETCD_NO_PROGRESS', message, true);
  }

  #settle(read: Read): void {
    this.#read = undefined;
    read.resolve(read.at);
  }

  #end(): void {
    if (this.#state !== 'open') return;
    const failure = this.#unfinished();
    if (failure) this.#fail(failure);
    else this.#finish();
  }

  #unfinished(): unknown {
    const code = this.#status['grpc-status'];
    if (code === undefined) return this.#ended('without saying that it was whole');
    if (Number(code) !== 0) return this.#refused(Number(code));
    if (!this.#decoder.isBetweenMessages) return this.#ended('in the middle of a message');
    if (this.#decoder.expectedBytes === undefined) return this.#ended('before it began');
    return undefined;
  }

  #finish(): void {
    this.#state = 'ended';
    this.#release();
    if (this.#read) this.#settle(this.#read);
  }

  #fail(error: unknown): void {
    if (this.#state !== 'open') return;
    this.#state = 'closed';
    this.#failure = error;
    this.#release();
    this.#started.promise.catch(() => undefined);
    this.#started.reject(error);
    this.#read?.reject(error);
    this.#read = undefined;
  }

  #release(): void {
    clearInterval(this.#watch);
    this.#target.signal?.removeEventListener('abort', this.#abort);
    this.#bypass.destroy();
  }

  /** Looks whether the member is alive, sends anything, and is in time. */
  #look(): void {
    const now = performance.now();
    if (this.#session && !this.#bypass.isPaused) this.#keepAlive(now, this.#session);
    const failure = this.#late(now) ?? this.#silent(now) ?? this.#idle(now);
    if (failure) this.#fail(failure);
  }

  #late(now: number): unknown {
    const { timings, timeLimitMs, endpoint } = this.#target;
    const spent = now - this.#openedAt;
    if (timeLimitMs !== undefined && spent > timeLimitMs) return this.#tooLong(timeLimitMs);
    if (this.#session || spent <= timings.connectMs) return undefined;
    return timeout('snapshot', endpoint, `no connection after ${timings.connectMs} ms`);
  }

  #keepAlive(now: number, session: ClientHttp2Session): void {
    const bytes = this.#bypass.receivedBytes;
    if (bytes !== this.#heard.bytes) this.#hear(bytes, now);
    if (this.#pingedAt !== undefined || now - this.#heard.at < this.#target.timings.keepaliveMs) return;
    this.#pingedAt = now;
    session.ping((error) => {
      if (!error) this.#hear(this.#heard.bytes, performance.now());
    });
  }

  #silent(now: number): unknown {
    const { timings, endpoint } = this.#target;
    if (this.#pingedAt === undefined || now - this.#pingedAt < timings.keepaliveTimeoutMs) return undefined;
    return timeout('snapshot', endpoint, `silent for ${Math.round(now - this.#heard.at)} ms, pings included`);
  }

  /** Only while somebody waits for bytes: a slow store is not the member's fault. */
  #idle(now: number): unknown {
    const { timings, endpoint } = this.#target;
    const waitingSince = this.#read?.since ?? (this.#decoder.expectedBytes === undefined ? this.#openedAt : now);
    if (now - Math.max(waitingSince, this.#progressAt) <= timings.progressMs) return undefined;
    const message = `${endpoint} has sent nothing of its database for ${timings.progressMs} ms`;
    return this.#fault('ETCD_NO_PROGRESS', message, true);
  }

  #hear(bytes: number, at: number): void {
    this.#heard = { bytes, at };
    this.#pingedAt = undefined;
  }

  #fault(code: string, message: string, retryable: boolean, cause?: unknown) {
    return fault('snapshot', code, message, retryable, { cause, next: this.#lookThere() });
  }

  #broken(cause: unknown) {
    if (!this.#session) return faultOfConnection('snapshot', this.#target.endpoint, cause ?? 'connection closed');
    const broken = faultOfConnection('snapshot', this.#target.endpoint, cause);
    if (broken.code === 'ETCD_TLS') return broken;
    if (this.#target.endpoint.startsWith('https:') && this.#bypass.receivedBytes === 0) {
      return turnedAway('snapshot', this.#target.endpoint, cause);
    }
    return this.#ended('because the connection broke', cause);
  }

  #ended(how: string, cause?: unknown) {
    const { endpoint } = this.#target;
    return this.#fault('ETCD_STREAM_ENDED', `The snapshot from ${endpoint} ended ${how}`, true, cause);
  }

  #refused(code: number) {
    const message = this.#status['grpc-message'];
    return faultOfStatus('snapshot', this.#target.endpoint, { code, details: readable(message) });
  }

  #tooLong(timeLimitMs: number) {
    const message = `The snapshot from ${this.#target.endpoint} took longer than ${Math.round(timeLimitMs / 1000)} s`;
    return fault('snapshot', 'ETCD_TIME_LIMIT', message, false, {
      next: 'etcd cannot free pages while a snapshot is read: find out what is slow, or raise the time limit in salvor.yaml.',
    });
  }

  #lookThere(): string {
    return `Look into the log of the member at ${this.#target.endpoint}; another member may do better.`;
  }
}

/** Often enough to keep every time in the timings to about a quarter. */
function watchIntervalMs({ keepaliveMs, keepaliveTimeoutMs, progressMs, connectMs }: EtcdTimings): number {
  return Math.max(10, Math.min(1_000, Math.min(keepaliveMs, keepaliveTimeoutMs, progressMs, connectMs) / 4));
}

/** grpc-message is percent-encoded. */
function readable(message: string | readonly string[] | undefined): string {
  const text = typeof message === 'string' ? message : '';
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
