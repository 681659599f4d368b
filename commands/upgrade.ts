import { z } from 'zod';
import upgrade, { manifestFiles } from '../jobs/upgrade.ts';
import { defineCommand } from '../src/chatops/command.ts';
import { Name } from '../src/chatops/interpret.ts';

/** A minor, or a patch of one. */
const Version = z.string().regex(/^v?\d{1,3}\.\d{1,3}(\.\d{1,4})?$/, 'must be a version such as 1.34 or 1.34.2');

export default defineCommand({
  name: 'upgrade',
  title: 'Check an upgrade',
  summary: 'tell whether a cluster may go to a version of Kubernetes, and what stands in the way',
  usage: 'upgrade <cluster> <version>',
  examples: ['upgrade prod-1 1.37', 'upgrade prod-1 1.36.4'],
  input: z.strictObject({ cluster: Name, version: Version }),
  job: upgrade,
  readFiles: (files) => manifestFiles(files),
  payload: ({ cluster, version }, manifests) => ({ cluster, version: version.replace(/^v/, ''), manifests }),
});
