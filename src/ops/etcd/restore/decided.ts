import { z } from 'zod';
import { HostVariables, SharedVariables } from './steps.ts';

/**
 * What is done to a cluster. 'all': a backup on every member in place of their data. 'new': the same where there is no data. 'rescue': what one
 * member still has, on every member. 'replace': members that are lost begin anew, and get their data from those that are well.
 */
export const Variant = z.enum(['all', 'new', 'rescue', 'replace']);
export type Variant = z.infer<typeof Variant>;

const Host = z.object({
  name: z.string(),
  address: z.string(),
  connection: z.enum(['ssh', 'local']),
  port: z.number().optional(),
  user: z.string().optional(),
  variables: HostVariables,
});
export type DecidedHost = z.infer<typeof Host>;

/** The backup that is restored. */
const Source = z.object({
  id: z.string(),
  bucket: z.string(),
  key: z.string(),
  /** The store's own mark of its content. */
  etag: z.string().optional(),
  /** Of the database without its digest; about, where nobody has read it. */
  databaseBytes: z.number(),
  /** Living keys by resource when it was taken, where they were counted. */
  resources: z.record(z.string(), z.number()).optional(),
  /** Of the database without its digest. Unknown of what something else saved. */
  sha256: z.string().optional(),
  /** In an archive: the database of a data directory, taken by its name. It carries no digest. */
  member: z.string().optional(),
});
export type Source = z.infer<typeof Source>;

const LostMember = z.object({
  name: z.string(),
  /** Absent where the cluster does not know it any more. */
  id: z.string().optional(),
  peerUrl: z.string(),
});
export type LostMember = z.infer<typeof LostMember>;

/** All that a plan leaves no choice about: what approvers agreed to is run from this and from nothing else. Holds no secrets. */
export const Decided = z.object({
  variant: Variant,
  shared: SharedVariables,
  /** Of the group etcd: all members as they are to be, in their order. */
  hosts: z.array(Host).readonly(),
  become: z.boolean(),
  source: Source.optional(),
  /** How far the revision is raised; absent where a tool cannot. */
  bump: z.number().optional(),
  /** Saved by a snapshot before anything is changed: some member answers. */
  isSaved: z.boolean(),
  /** Hosts whose data directories are copied first, since no snapshot can be had. */
  copied: z.array(z.string()).readonly(),
  /** Hosts that have data of etcd: only there is something to start again on the way back. */
  withData: z.array(z.string()).readonly(),
  /** All planned members answered and had a quorum: so it must be again when everything is taken back. */
  wasWell: z.boolean(),
  /** Salvor can ask its API servers. */
  hasKubernetes: z.boolean(),
  survivor: z.string().optional(),
  lost: z.array(LostMember).readonly(),
});
export type Decided = z.infer<typeof Decided>;
