import { z } from 'zod';
import { Argv, FilePath, HostName, holdsNoSecret, howReached, Variable, whoAndWhere } from './pieces.ts';

/** A user of Harbor, robot or not; the variable under `password` holds what it is let in with. */
const Login = z.strictObject({ username: z.string().min(1), password: Variable });

/** A directory or file on the host that whole directories are moved beside: never the root, and nothing that leads elsewhere. */
const HostPath = FilePath.refine(
  (path) =>
    path
      .split('/')
      .slice(1)
      .every((part) => part !== '' && part !== '.' && part !== '..'),
  'must be a path below the root, without "..", "//" or a slash at its end',
);

/** Where things lie on the host unless told otherwise. */
export const usualPaths = {
  installDir: '/opt/harbor',
  dataDir: '/data',
  workDir: '/var/lib/salvor',
  packages: '/var/lib/salvor/harbor',
} as const;

/** A Harbor of one host, run with docker compose from its offline installer. */
export const Registry = z.strictObject({
  ...whoAndWhere,
  /** As people and clients reach it: https://registry.example.com */
  url: z
    .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
    .refine(
      (text) => URL.parse(text)?.pathname === '/' && !/[?#]/.test(text) && holdsNoSecret(text),
      'must be scheme and host, such as https://registry.example.com',
    ),
  /** Plain http is refused unless this says so. */
  allowHttp: z.boolean().default(false),
  /** The authority that signed its certificate, where the system does not know it. */
  ca: FilePath.optional(),
  /** Reads projects, artifacts and jobs; needs no more. */
  api: Login,
  /** To make it read-only while it is upgraded, and to see what no robot may; without it pushes that come meanwhile fail without a word why. */
  admin: Login.optional(),
  /** Where a probe image may be pushed and pulled; without it an upgrade is probed by pulling alone. */
  probe: Login.extend({
    project: z.string().regex(/^[a-z0-9]+([._-][a-z0-9]+)*$/, 'must be a project of Harbor'),
  }).optional(),
  /** 'external' is a PostgreSQL of its own, which Harbor's package does not bring and no upgrade copies. */
  database: z.enum(['bundled', 'external']).default('bundled'),
  host: HostName,
  ...howReached,
  /** Where install.sh and harbor.yml lie. Moved aside as a whole when a version is replaced. */
  installDir: HostPath.default(usualPaths.installDir),
  /** data_volume of harbor.yml: database, secret keys and, with the filesystem driver, images. */
  dataDir: HostPath.default(usualPaths.dataDir),
  /** Where copies of the database and former configurations are put. */
  workDir: HostPath.default(usualPaths.workDir),
  /** How it is run: [docker, compose], or [docker-compose] of version 1. */
  compose: Argv.default(['docker', 'compose']),
  /** A script of your own that calls install.sh: its --with-… flags are read, it is never run. */
  wrapper: HostPath.optional(),
  /** Where offline installers lie on the host: harbor-offline-installer-v2.12.3.tgz */
  packages: HostPath.default(usualPaths.packages),
  /** Whether an upgrade over several versions asks to go on after each. */
  pause: z.boolean().default(true),
  /** How long each version has to become healthy: the first start of one may walk the whole registry. */
  healthMinutes: z.number().min(1).max(240).default(15),
});
