import { seen } from '../../findings/finding.ts';
import type { OfflineInstaller } from '../observe/observed.ts';
import type { Hop } from '../path/hop.ts';
import { type Danger, type Finding, speaker } from './danger.ts';

const name = 'packages';
const say = speaker(name);

/** Each hop installs from a package that lies on the host before anything is stopped. */
export const packages: Danger = {
  name,
  look: ({ observed: { packages: piece, packagesDirectory }, hops }) =>
    seen(name, piece, (found) => hops.flatMap((hop) => judge(hop, found, packagesDirectory))),
};

function judge({ to }: Hop, found: readonly OfflineInstaller[], directory: string): readonly Finding[] {
  const installer = found.find(({ version }) => version === to);
  const file = `harbor-offline-installer-v${/^\d+\.\d+$/.test(to) ? `${to}.x` : to}.tgz`;
  if (!installer)
    return [
      say(
        'stop',
        `package of ${to}`,
        `No ${file} lies in ${directory} on the host.`,
        `Lay it there, and ${file}.sha256 beside it.`,
      ),
    ];
  if (installer.sha256 !== undefined) return [];
  return [
    say(
      'warning',
      `package of ${to}`,
      `${installer.file} has no checksum beside it: nobody can tell whether it is whole and Harbor's own.`,
      `Lay ${installer.file}.sha256 beside it, with the sum from where it was published.`,
    ),
  ];
}
