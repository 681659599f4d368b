import { rootCertificates } from 'node:tls';
import { type CallOptions, InterceptingCall, type Interceptor } from '@grpc/grpc-js';
import { noop } from 'cockatiel';
import { Etcd3, type IOptions } from 'etcd3';
import { Fault } from '../../chatops/errors.ts';
import type { EtcdConnection, EtcdTimings } from './connection.ts';
import { type CallStatus, faultOfConnection, faultOfStatus, timeout } from './faults.ts';

/** The members of one cluster, each asked by its own URL and never another one in its place. */
export interface Members {
  /** Calls the member once, as our user, within the time for calls or the question's own. Throws Fault, or the signal's reason. */
  ask<T>(endpoint: string, question: Question<T>, signal: AbortSignal | undefined): Promise<T>;
  /** A token for our user, or undefined where none is needed. */
  token(endpoint: string, signal: AbortSignal | undefined): Promise<string | undefined>;
  /** Forgets a token that a member no longer accepts: they last five minutes, and no restart of a member. */
  forgetToken(endpoint: string): void;
  close(): void;
}

export interface Question<T> {
  readonly operation: string;
  /** Where the answer takes longer than calls usually may. */
  readonly timeLimitMs?: number;
  readonly call: (client: Etcd3, options: CallOptions) => Promise<T>;
}

export function createMembers(connection: EtcdConnection, timings: EtcdTimings): Members {
  const clients = new Map<string, Etcd3>();
  const tokens = new Map<string, Promise<string | undefined>>();

  const clientOf = (endpoint: string): Etcd3 => {
    const client = clients.get(endpoint) ?? new Etcd3(clientOptions(endpoint, connection, timings));
    clients.set(endpoint, client);
    return client;
  };

  const askWith = <T>(endpoint: string, question: Question<T>, token: string | undefined, signal?: AbortSignal) => {
    const deadline = Date.now() + (question.timeLimitMs ?? timings.askMs);
    const options = { deadline, interceptors: token === undefined ? [] : [bearing(token)] };
    const answer = question.call(clientOf(endpoint), options).catch((error: unknown) => {
      throw faultOf(question.operation, endpoint, error);
    });
    return abortable(answer, signal);
  };

  const authenticate = async (endpoint: string): Promise<string | undefined> => {
    const { auth } = connection;
    if (!auth) return undefined;
    const call: Question<{ token: string }>['call'] = (client, options) =>
      client.auth.authenticate({ name: auth.username, password: auth.password }, options);
    try {
      return (await askWith(endpoint, { operation: 'authenticate', call }, undefined)).token;
    } catch (error) {
      // As etcdctl does: credentials for a cluster that asks for none are no mistake.
      if (error instanceof Fault && error.message.includes('authentication is not enabled')) return undefined;
      throw error;
    }
  };

  const token: Members['token'] = (endpoint, signal) => {
    const known = tokens.get(endpoint) ?? authenticate(endpoint);
    tokens.set(endpoint, known);
    known.catch(() => tokens.delete(endpoint));
    return abortable(known, signal);
  };

  return {
    token,
    forgetToken: (endpoint) => void tokens.delete(endpoint),
    async ask(endpoint, question, signal) {
      try {
        return await askWith(endpoint, question, await token(endpoint, signal), signal);
      } catch (error) {
        if (!isStaleToken(error)) throw error;
        tokens.delete(endpoint);
        return askWith(endpoint, question, await token(endpoint, signal), signal);
      }
    },
    close() {
      for (const client of clients.values()) client.close();
      clients.clear();
    },
  };
}

/** Whether a fault means that a token was good once: worth another one, and another try. */
export function isStaleToken(error: unknown): boolean {
  return error instanceof Fault && /invalid auth token|auth store is old/.test(error.message);
}

/** A page of the largest values that etcd takes, 1.5 MB each. grpc-js stops at 4 MB unless told. */
const mostBytes = 64 * 1024 ** 2;

function clientOptions(endpoint: string, { tls }: EtcdConnection, timings: EtcdTimings): IOptions {
  const url = new URL(endpoint);
  return {
    hosts: `${url.protocol}//${url.host}`,
    ...(url.protocol === 'https:' ? { credentials: credentialsOf(tls) } : {}),
    grpcOptions: {
      'grpc.max_receive_message_length': mostBytes,
      ...(tls?.serverName === undefined ? {} : { 'grpc.ssl_target_name_override': tls.serverName }),
      // Long calls only: a frozen member would otherwise be waited for until their deadline.
      'grpc.keepalive_time_ms': timings.keepaliveMs,
      'grpc.keepalive_timeout_ms': timings.keepaliveTimeoutMs,
    },
    // One question is one call: retries and circuit breakers would hide from a survey which member is ill.
    faultHandling: { host: () => noop, global: noop },
  };
}

function credentialsOf(tls: EtcdConnection['tls']): NonNullable<IOptions['credentials']> {
  return {
    rootCertificate: Buffer.from(tls?.ca ?? rootCertificates.join('\n')),
    ...(tls?.key === undefined ? {} : { privateKey: Buffer.from(tls.key) }),
    ...(tls?.certificate === undefined ? {} : { certChain: Buffer.from(tls.certificate) }),
  };
}

/**
 * etcd3 would authenticate by itself, but without the server name that TLS may need. It also repeats a call whose token was refused, thousands
 * of times with the same token until the deadline, unless the refusal is hidden from it.
 */
function bearing(token: string): Interceptor {
  return (options, nextCall) =>
    new InterceptingCall(nextCall(options), {
      start(metadata, _listener, next) {
        metadata.set('token', token);
        next(metadata, {
          onReceiveStatus: (status, pass) =>
            pass({
              ...status,
              details: status.details.replace('etcdserver: invalid auth token', 'invalid auth token'),
            }),
        });
      },
    });
}

function faultOf(operation: string, endpoint: string, error: unknown): Fault {
  const answered = statusIn(error);
  if (!answered) return faultOfConnection(operation, endpoint, error);
  if (answered.code === 4) return timeout(operation, endpoint, answered.details, error);
  return faultOfStatus(operation, endpoint, answered);
}

/** etcd3 turns a gRPC error into one of its own that keeps neither code nor details: `16 UNAUTHENTICATED: what etcd said`. */
function statusIn(error: unknown): CallStatus | undefined {
  const [, code, details] = error instanceof Error ? (/^(\d{1,2}) [A-Z_]+: (.*)$/s.exec(error.message) ?? []) : [];
  return code === undefined || details === undefined ? undefined : { code: Number(code), details };
}

function abortable<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (!signal) return work;
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    if (signal.aborted) return abort();
    signal.addEventListener('abort', abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', abort));
  });
}
