import { listInWords } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import type { Check, Finding } from '../finding.ts';
import type { CustomResource } from '../observed.ts';

const name = 'custom-resources';
const source = [
  'kubernetes/website content/en/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definition-versioning.md',
];

/** Definitions with objects stored in a version of before, or that need a webhook that is not there. */
export const customResources: Check = {
  name,
  when: 'once',
  check: ({ customResources: piece }) =>
    seen(name, piece, (all) => all.flatMap((one) => [...storedVersions(one), ...conversion(one)])),
};

function storedVersions({ name: resource, storedVersions: stored, versions }: CustomResource): readonly Finding[] {
  const storage = versions.find(({ isStorage }) => isStorage)?.name ?? 'its storage version';
  const absent = stored.filter((version) => !versions.some((one) => one.name === version));
  const former = stored.filter((version) => version !== storage && !absent.includes(version));
  const about = { check: name, subject: resource, source };
  const migrate = `Write its objects anew so that all are stored as ${storage}, then take the others out of status.storedVersions.`;
  return [
    ...(absent.length === 0
      ? []
      : [
          {
            ...about,
            severity: 'blocker' as const,
            evidence: `Objects may be stored as ${listInWords(absent)}, which the definition no longer has.`,
            next: migrate,
          },
        ]),
    ...(former.length === 0
      ? []
      : [
          {
            ...about,
            severity: 'warning' as const,
            evidence: `Objects may still be stored as ${listInWords(former)}, and ${storage} is what is written.`,
            next: migrate,
          },
        ]),
  ];
}

function conversion({ name: resource, conversion: by }: CustomResource): readonly Finding[] {
  if (by.kind === 'none') return [];
  if ('gap' in by.isServed) return [unseen(name, by.isServed.gap)];
  if (by.isServed.known) return [];
  return [
    {
      ...{ check: name, severity: 'blocker', subject: resource, source },
      evidence: `Its versions are converted by ${by.target}, and nothing stands behind that: its objects cannot be read in other versions, nor garbage be collected.`,
      next: `Bring ${by.target} back, or remove the definition if nobody needs it.`,
    },
  ];
}
