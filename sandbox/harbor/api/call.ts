import type { IncomingHttpHeaders } from 'node:http';
import { type Database, readDatabase, type State, writeDatabase } from '../state.ts';
import { isAtLeast } from '../version.ts';
import type { Who } from './who.ts';

/** A request on its way. */
export interface Call {
  readonly method: string;
  /** Decoded once, as nginx and Go do. */
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  readonly stateDir: string;
  readonly state: State;
  readonly database: Database;
  readonly who: Who;
  /** Harbor's external_url. */
  readonly externalUrl: string;
  /** Where blobs are sent for, as with S3; served here unless told. */
  readonly blobsAt?: string | undefined;
}

export interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
  readonly bytes?: Uint8Array;
}

/** How one path is answered; the parts of the path that its pattern caught. */
export type Route = readonly [method: string, path: RegExp, answer: (call: Call, ...parts: string[]) => Answer];

export class HarborError extends Error {
  override readonly name = 'HarborError';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

export const isSince = ({ state }: Pick<Call, 'state'>, version: string): boolean => isAtLeast(state.version, version);

export const notFound = (what: string): HarborError => new HarborError(404, 'NOT_FOUND', `${what} not found`);

/** Source: goharbor/harbor src/server/middleware/readonly. */
export const readOnlyMode = (): HarborError =>
  new HarborError(403, 'DENIED', 'The system is in read only mode. Any modification is prohibited.');

/** Answers by the first route that fits; undefined where there is none. */
export function routed(routes: readonly Route[], call: Call): Answer | undefined {
  for (const [method, pattern, answer] of routes) {
    const found = pattern.exec(call.path);
    if (found && (method === call.method || (method === 'GET' && call.method === 'HEAD')))
      return answer(call, ...found.slice(1));
  }
  return undefined;
}

/** Changes what lies in the live database. */
export function changeDatabase({ state }: Call, change: (database: Database) => void): void {
  if (state.database === null) throw new HarborError(500, 'UNKNOWN', 'internal server error');
  const database = readDatabase(state.database);
  change(database);
  writeDatabase(state.database, database);
}
