import { z } from 'zod';
import images from '../jobs/images.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { confirmed } from '../src/chatops/confirmation.ts';
import { Name } from '../src/chatops/interpret.ts';

export default defineCommand({
  name: 'images',
  title: 'Look at old images',
  summary: 'show which images of older Harbor releases can go; remove them once confirmed',
  usage: 'images <registry> [--also <version>] [--confirm <code>]',
  examples: ['images reg-eu', 'images reg-eu --also 2.10.3', 'images reg-eu --confirm 7c1e40a95b3d'],
  input: z.strictObject({
    registry: Name,
    confirm: z.string().optional(),
    also: z
      .string()
      .regex(/^\d{1,2}\.\d{1,3}\.\d{1,4}$/, 'must be a version such as 2.10.3')
      .optional(),
  }),
  job: images,
  payload: ({ registry, confirm, also }) => ({
    registry,
    ...confirmed(confirm, `images ${registry}`),
    ...(also === undefined ? {} : { also }),
  }),
});
