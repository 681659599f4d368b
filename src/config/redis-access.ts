import { given } from './given.ts';
import type { Outline } from './outline.ts';
import { passwordsIn, redisAddress, redisUrlProblems } from './redis-url.ts';
import type { Settings } from './schema.ts';
import type { Secrets } from './secrets.ts';

/** Where Redis is and how to be let in; `url`, `sentinels` or `cluster`. The rest goes with any of them. */
export interface RedisAccess {
  /** redis://… or rediss://…, user, password and database number in it if need be. */
  readonly url?: string;
  readonly sentinels?: { readonly group: string; readonly nodes: readonly RedisNode[]; readonly password?: string };
  readonly cluster?: { readonly nodes: readonly RedisNode[] };
  readonly username?: string;
  readonly password?: string;
  /** PEM texts, for sentinels too. An empty object means TLS by the system's authorities. */
  readonly tls?: {
    readonly ca?: string;
    readonly certificate?: string;
    readonly key?: string;
    readonly serverName?: string;
  };
}

interface RedisNode {
  readonly host: string;
  readonly port: number;
}

/** What must be read besides salvor.yaml: REDIS_URL, or what the section `redis` names. */
export type RedisKeys = Pick<RedisAccess, 'url' | 'password' | 'tls'> & { readonly sentinelPassword?: string };

/** Reads it however broken the rest of salvor.yaml is; problems go to `secrets`. */
export function redisKeys({ redis }: Outline, secrets: Secrets): RedisKeys {
  if (!redis) return ofUrl(secrets);
  // It would be unclear which of them counts.
  if (secrets.optional('REDIS_URL') !== undefined)
    secrets.problems.push({ path: 'REDIS_URL', expected: 'must not be set where salvor.yaml has redis' });
  const { password, sentinels, tls } = redis;
  const file = (what: 'ca' | 'certificate' | 'key') => tls?.[what] && secrets.file(tls[what], `redis.tls.${what}`);
  const [ca, certificate, key] = [file('ca'), file('certificate'), file('key')];
  if (key) secrets.values.add(key);
  return {
    ...given({
      password: password && secrets.required(password, 'the password of Redis'),
      sentinelPassword: sentinels?.password && secrets.required(sentinels.password, 'the password of its sentinels'),
      tls: tls && given({ ca, certificate, key }),
    }),
  };
}

function ofUrl(secrets: Secrets): RedisKeys {
  const url = secrets.required('REDIS_URL', 'where Redis is, such as redis://127.0.0.1:6379');
  if (url !== '') secrets.problems.push(...redisUrlProblems(url));
  for (const password of passwordsIn(url)) secrets.values.add(password);
  return { url };
}

/** Both together. */
export function redisAccess({ redis }: Settings, { sentinelPassword, ...keys }: RedisKeys): RedisAccess {
  if (!redis) return keys;
  const { sentinels, cluster, username, tls } = redis;
  return {
    ...keys,
    ...given({
      sentinels: sentinels && {
        group: sentinels.group,
        nodes: sentinels.nodes,
        ...given({ password: sentinelPassword }),
      },
      cluster,
      username,
      tls: keys.tls && { ...keys.tls, ...given({ serverName: tls?.serverName }) },
    }),
  };
}

/** For people: no user, no password. */
export function redisPlace({ url, sentinels, cluster }: RedisAccess): string {
  const hosts = (nodes: readonly RedisNode[]) => nodes.map(({ host, port }) => `${host}:${port}`).join(', ');
  if (sentinels) return `${sentinels.group}, as the sentinels at ${hosts(sentinels.nodes)} say`;
  return cluster ? `the cluster of ${hosts(cluster.nodes)}` : redisAddress(url ?? '');
}
