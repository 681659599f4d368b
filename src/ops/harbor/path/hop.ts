import { z } from 'zod';
import { BundledDatabase, Loss } from '../facts/releases.ts';

export const DroppedFlag = z.object({
  /** '--with-notary'. */
  flag: z.string(),
  /** Who wants it: the registry uses its component, or its wrapper script passes it. */
  wantedBy: z.enum(['the registry', 'the wrapper script']),
  /** A sentence. */
  why: z.string(),
});
export type DroppedFlag = z.infer<typeof DroppedFlag>;

/** One upgrade of several: from what runs, or what the hop before left, to the next version that a guide leads to. */
export const Hop = z.object({
  /** '2.9.4', or a minor where the hop before could not name its patch. */
  from: z.string(),
  /** The very patch, where it was asked for, lies at hand or is the newest known; else the minor. */
  to: z.string(),
  fromMinor: z.string(),
  toMinor: z.string(),
  /** It begins with the registry as it is, not with what an earlier hop leaves. */
  isFirst: z.boolean(),
  /** A package of just this version lies on the host. */
  isAtHand: z.boolean(),
  /** The file's name before and after. */
  config: z.object({ before: z.string(), after: z.string() }),
  /** What migrates the configuration; absent within a minor of which the table knows no migrator. */
  image: z.string().optional(),
  /** What the installer is given. */
  flags: z.array(z.string()).readonly(),
  /** What it is not given any more from here on; told once in a way. */
  dropped: z.array(DroppedFlag).readonly(),
  /** Of the bundled database; absent where the database lies outside. */
  database: z
    .object({
      before: BundledDatabase,
      after: BundledDatabase,
      /** The container converts it at its first start, and then removes what it was. */
      isConverted: z.boolean(),
    })
    .optional(),
  schemaMigratedBy: z.enum(['migrator', 'adminserver', 'core']),
  losses: z.array(Loss).readonly(),
  /** Sentences, of each release on the way. */
  warnings: z.array(z.string()).readonly(),
  notes: z.array(z.string()).readonly(),
  source: z.array(z.string()).readonly(),
});
export type Hop = z.infer<typeof Hop>;

/** '2.9.4 → 2.11.2'. */
export const hopInWords = ({ from, to }: Hop): string => `${from} → ${to}`;
