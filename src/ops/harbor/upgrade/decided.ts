import { z } from 'zod';
import { DroppedFlag } from '../path/hop.ts';
import { HopVariables, SharedVariables } from './playbook.ts';

const Host = z.object({
  name: z.string(),
  address: z.string(),
  connection: z.enum(['ssh', 'local']),
  port: z.number().optional(),
  user: z.string().optional(),
});

export const DecidedHop = z.object({
  variables: HopVariables,
  /** Flags that people use and the target no longer takes. */
  dropped: z.array(DroppedFlag).readonly(),
  /** The container of the database converts it at its first start, and removes what it was. */
  converts: z.object({ from: z.string().optional(), to: z.string().optional() }).optional(),
});
export type DecidedHop = z.infer<typeof DecidedHop>;

/** All that a plan leaves no choice about: what approvers agreed to is run from this and from nothing else. Holds no secrets. */
export const Decided = z.object({
  host: Host,
  become: z.boolean(),
  shared: SharedVariables,
  hops: z.array(DecidedHop).min(1).readonly(),
  /** It can be made read-only. */
  hasAdmin: z.boolean(),
  /** Where a probe image is pushed. */
  probeProject: z.string().optional(),
  /** After each hop but the last it waits for somebody to go on. */
  pauses: z.boolean(),
  /** How long each version has to become healthy. */
  healthMs: z.number(),
});
export type Decided = z.infer<typeof Decided>;

/** Where it is done: salvor.yaml's part of what was decided. */
export type Place = Pick<Decided, 'host' | 'become' | 'shared'>;
