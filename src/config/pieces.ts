import { z } from 'zod';
import { Name } from '../chatops/interpret.ts';

// What several sections of salvor.yaml are made of.

export const SlackUser = z
  .string()
  .regex(/^[UW][A-Z0-9]{2,}$/, 'must be a Slack member id such as U024BE7LH, never a name');
export const SlackGroup = z.string().regex(/^S[A-Z0-9]{2,}$/, 'must be a Slack user group id such as S0614TZR7');
export const SlackChannel = z.string().regex(/^[CG][A-Z0-9]{2,}$/, 'must be a Slack channel id such as C024BE91L');
export const SlackTeam = z.string().regex(/^[TE][A-Z0-9]{2,}$/, 'must be a Slack workspace id such as T0123ABCD');
export const Variable = z
  .string()
  .regex(/^[A-Z][A-Z0-9_]*$/, 'must be the name of an environment variable, not the secret itself');
export const FilePath = z.string().startsWith('/', 'must be an absolute path');
export const Port = z.int().min(0).max(65_535);

/** Secrets come from the environment; one in a URL would be printed and logged with it. */
export function holdsNoSecret(text: string): boolean {
  const url = URL.parse(text);
  return url === null || (url.username === '' && url.password === '');
}
export const noSecret = 'must hold no user and no password: those come from the environment';
export const HttpUrl = z
  .url({ protocol: /^https?$/, error: 'must be an http or https URL' })
  .refine(holdsNoSecret, noSecret);
/** Of which the paths of an API are a part. */
export const BaseUrl = HttpUrl.refine((text) => !/[?#]/.test(text), 'must have no ? and no #');

/** How many other people must agree before anything dangerous, and how long they have. By environment where left away: 2 votes in production, else 1. */
const Approval = z.strictObject({
  votes: z.int().min(1).max(10).optional(),
  collectMinutes: z.number().min(1).max(1440).default(60),
  startMinutes: z.number().min(1).max(1440).default(15),
  /** A vote counts only once its person has proven who they are to the provider under `oidc`. */
  stepUp: z.boolean().default(false),
});

/** A program and its arguments; never through a shell. */
export const Argv = z.array(z.string().min(1)).min(1);

export const HostName = z.string().regex(/^(?!-)[A-Za-z0-9.:-]+$/, 'must be a host name or an address, without a port');

/** Of everything that work is done to: who may do what, and where it is said. */
export const whoAndWhere = {
  environment: z.enum(['production', 'staging', 'development']),
  /** Which workers serve it: those started with --site of the same name. */
  site: Name.default('main'),
  channels: z.array(SlackChannel).min(1),
  viewers: z.array(Name).default([]),
  operators: z.array(Name).default([]),
  approvers: z.array(Name).default([]),
  approval: Approval.prefault({}),
};

/** Of everything whose hosts are reached through Ansible. */
export const howReached = {
  /** How the hosts are reached. The variable under `key` holds the private key. */
  ssh: z
    .strictObject({
      user: z
        .string()
        .regex(/^[a-z_][a-z0-9_-]*$/i, 'must be a user name')
        .optional(),
      port: Port.optional(),
      key: Variable.optional(),
      knownHosts: FilePath.optional(),
    })
    .prefault({}),
  /** 'local' runs on the worker's own machine: for what has one host, and for tests. */
  connection: z.enum(['ssh', 'local']).default('ssh'),
  /** Whether tasks need sudo. */
  become: z.boolean().default(true),
};
