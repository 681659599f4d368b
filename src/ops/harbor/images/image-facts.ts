import { z } from 'zod';
import { HostFacts } from '../observe/host-facts.ts';

/** An image of Harbor that lies on the host. */
export const HarborImage = z.object({
  /** 'goharbor/harbor-core:v2.10.3'. */
  name: z.string(),
  /** Docker's, which stays the same whatever it is called. */
  id: z.string(),
  /** The release it belongs to: '2.10.3'. */
  version: z.string(),
  /** With layers that it shares with others. */
  bytes: z.number(),
  /** Containers, running or not. */
  used_by: z.array(z.string()).readonly(),
});
export type HarborImage = z.infer<typeof HarborImage>;

/** An old install directory that an upgrade has set aside. */
export const WayBack = z.object({
  directory: z.string(),
  version: z.string(),
  /** The copy of the database and the keys is. */
  is_whole: z.boolean(),
  /** Its upgrade has not come to its end. */
  is_open: z.boolean(),
});
export type WayBack = z.infer<typeof WayBack>;

/** What the tags `look` and `look-images` of playbooks/harbor-migrate tell of a host. Nothing was changed for it. */
export const ImageFacts = HostFacts.pick({ version: true, packages: true }).extend({
  images: z.array(HarborImage).readonly(),
  ways_back: z.array(WayBack).readonly(),
});
export type ImageFacts = z.infer<typeof ImageFacts>;

/** What the tag `clear-images` tells. */
export const Cleared = z.object({
  /** Or gone before. */
  removed: z.array(z.string()).readonly(),
  stayed: z.array(z.object({ name: z.string(), why: z.string() })).readonly(),
});
export type Cleared = z.infer<typeof Cleared>;
