import { z } from 'zod';
import harbor from '../jobs/harbor.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name, Reason } from '../src/chatops/interpret.ts';

/** A minor, or a patch of one. */
const Version = z.string().regex(/^v?\d{1,2}\.\d{1,3}(\.\d{1,4})?$/, 'must be a version such as 2.12 or 2.12.4');
const losable = ['charts', 'signatures'] as const;
/** One of them, or both: 'charts,signatures'. */
const Lose = z
  .string()
  .regex(/^(charts|signatures)(,(charts|signatures))?$/, 'must be charts, signatures, or both with a comma');

export default defineCommand({
  name: 'harbor',
  title: 'Plan a Harbor upgrade',
  summary: 'plan an upgrade of a Harbor registry, which others must approve before anything is changed',
  usage: 'harbor <registry> <version> --reason <text> [--lose <charts,signatures>]',
  examples: [
    'harbor reg-eu 2.12 --reason "2.10 has no fixes any more"',
    'harbor reg-eu 2.8 --reason "on the way to 2.15" --lose charts',
  ],
  input: z.strictObject({
    registry: Name,
    version: Version,
    reason: Reason,
    lose: Lose.optional(),
  }),
  job: harbor.planning,
  payload: ({ registry, version, reason, lose = '' }) => ({
    ...{ registry, reason, version: version.replace(/^v/, '') },
    lose: losable.filter((what) => lose.split(',').includes(what)),
  }),
});
