import type { IncomingHttpHeaders } from 'node:http';
import { z } from 'zod';
import type { Login } from './access.ts';
import { administration, endless, failed, forbidden, notOne, saidIn, unauthorized } from './faults.ts';
import { type Answer, basic, type Question, type Session } from './session.ts';
import { isBefore } from './version.ts';

/** The API of one registry, with one account that it knows. */
export interface Api {
  readonly version: string;
  readonly info: SystemInfo;
  /** Whether it is of before 2.0. */
  readonly isFirst: boolean;
  /** What it says where all is well; undefined for a status among `none`. `right` is what it takes. */
  read<T>(path: string, shape: z.ZodType<T>, right: string, none?: readonly number[]): Promise<T | undefined>;
  /** All pages of a list, a hundred at a time; at least one. */
  pages<T>(path: string, item: z.ZodType<T>, right: string): AsyncIterable<readonly T[]>;
  /** How many a list has, without reading it. */
  total(path: string, right: string): Promise<number>;
  put(path: string, body: unknown, right: string): Promise<void>;
}

/** From 2.2 strangers are told less, from 2.13 not even the version. Source: goharbor/harbor#9149, #21672. */
export const SystemInfo = z.object({
  harbor_version: z.string().optional(),
  auth_mode: z.string().max(100),
  read_only: z.boolean().optional(),
  registry_storage_provider_name: z.string().max(100).optional(),
  with_notary: z.boolean().optional(),
  with_chartmuseum: z.boolean().optional(),
  with_clair: z.boolean().optional(),
});
export type SystemInfo = z.infer<typeof SystemInfo>;

interface Asked extends Omit<Question, 'at' | 'authorization'> {
  readonly path: string;
  readonly right: string;
  readonly none?: readonly number[];
}

/** The most that 2.x takes. */
const pageSize = 100;

/** A million of anything is more than any registry has. */
const mostPages = 10_000;

/** What Harbor calls something: longer than any name it takes, and no room for a novel. */
export const Name = z.string().max(512);

/** Looks which API it has, and that it knows who asks: what is public it tells anybody, and a wrong password would look like an empty registry. */
export async function openApi(session: Session, login: Login): Promise<Api> {
  const { registry } = session;
  const authorization = basic(login);
  const { info, root } = await systemInfo(session, authorization);
  if (info.harbor_version === undefined) throw unauthorized(registry, login.username);
  const version = versionIn(registry, info.harbor_version);
  const isKnown = isBefore(version, '2.2') ? await seesStatistics() : info.read_only !== undefined;
  if (!isKnown) throw unauthorized(registry, login.username);
  const isFirst = root === '/api';
  const but = isBefore(version, '2.10') ? eitherOr : '';

  /** Strangers get 401 here in every version. */
  async function seesStatistics(): Promise<boolean> {
    const at = `${root}/statistics`;
    const { status, body } = await session.ask({ at, authorization });
    if (status === 200 || status === 401) return status === 200;
    throw failed(registry, at, status, body);
  }

  async function ask({ path, right, ...question }: Asked): Promise<Answer> {
    // ChartMuseum's has no version in its path.
    const at = path.startsWith('/chartrepo/') ? `/api${path}` : `${root}${path}`;
    const answer = await session.ask({ ...question, at, authorization });
    if (answer.status === 200 || question.none?.includes(answer.status)) return answer;
    if (answer.status === 401) throw unauthorized(registry, login.username);
    // There are no such rights to give before.
    const lacking = isBefore(version, '2.2') ? administration : right;
    if (answer.status === 403) throw forbidden(registry, login.username, lacking, saidIn(answer.body), but);
    throw failed(registry, at, answer.status, answer.body);
  }

  return {
    ...{ version, info, isFirst },
    async read(path, shape, right, none = []) {
      const { status, body } = await ask({ path, right, none });
      return none.includes(status) ? undefined : parsed(registry, path, body, shape);
    },
    async *pages(path, item, right) {
      for (let page = 1, read = 0; ; page += 1) {
        const { headers, body } = await ask({ path: paged(path, page), right });
        const items = parsed(registry, path, body, z.array(item).nullable()) ?? [];
        yield items;
        read += items.length;
        if (items.length === 0 || read >= totalIn(headers, read)) return;
        if (page >= mostPages) throw endless(registry, `it has told ${page} pages of ${path.replace(/\?.*/s, '')}`);
      }
    },
    async total(path, right) {
      const { headers, body } = await ask({ path: paged(path, 1), right });
      return totalIn(headers, (parsed(registry, path, body, z.array(z.unknown()).nullable()) ?? []).length);
    },
    async put(path, body, right) {
      const headers = { 'content-type': 'application/json' };
      await ask({ path, right, method: 'PUT', headers, body: Buffer.from(JSON.stringify(body)) });
    },
  };
}

/** Of 'v2.10.3-6dd2ae90'. */
function versionIn(registry: string, text: string): string {
  const version = /^v?(\d{1,4}\.\d{1,4}\.\d{1,6})(?!\d)/.exec(text)?.[1];
  if (version !== undefined) return version;
  throw notOne(registry, `${text.slice(0, 100)} is no version`);
}

/** Source: goharbor/harbor#17613. */
const eitherOr = 'before 2.10 a robot that has rights of the system has none in projects';

/** With credentials: it tells more then. */
async function systemInfo(session: Session, authorization: string) {
  for (const root of ['/api/v2.0', '/api']) {
    const at = `${root}/systeminfo`;
    const { status, body } = await session.ask({ at, authorization, takes: 'infoMs' });
    if (status === 404) continue;
    if (status !== 200) throw failed(session.registry, at, status, body);
    return { root, info: parsed(session.registry, at, body, SystemInfo) };
  }
  throw notOne(session.registry, 'it has neither /api/v2.0/systeminfo nor /api/systeminfo');
}

export function parsed<T>(registry: string, at: string, body: Buffer, shape: z.ZodType<T>): T {
  try {
    return shape.parse(JSON.parse(body.toString('utf8')));
  } catch (cause) {
    throw notOne(registry, `of what it says at ${at} we know nothing`, cause);
  }
}

const paged = (path: string, page: number): string =>
  `${path}${path.includes('?') ? '&' : '?'}page=${page}&page_size=${pageSize}`;

/** Whoever lists without a total lists all at once. */
function totalIn(headers: IncomingHttpHeaders, otherwise: number): number {
  const told = headers['x-total-count'];
  return typeof told === 'string' && /^\d+$/.test(told) ? Number(told) : otherwise;
}
