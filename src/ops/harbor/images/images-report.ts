import { bytesInWords, counted, firstFew } from '../../../chatops/format.ts';
import type { Fact, Report, Table } from '../../../chatops/report.ts';
import type { HarborImage } from './image-facts.ts';
import type { Staying } from './judge-images.ts';
import { codeOfPlan, type ImagesPlan, lookingAt } from './plan-images.ts';
import type { RemovedImages } from './remove-images.ts';

/** A look at old images, to be confirmed; or what became of a confirmed one. */
export interface ImagesResult {
  readonly plan: ImagesPlan;
  readonly cleared?: RemovedImages;
}

export function imagesReport({ plan, cleared }: ImagesResult): Report {
  if (cleared) return clearedReport(plan, cleared);
  return plan.removals.length === 0 ? idleReport(plan) : plannedReport(plan);
}

function idleReport(plan: ImagesPlan): Report {
  return {
    tone: 'good',
    title: `${plan.registry}: no old image can go; it runs ${plan.running}`,
    facts: stayingFacts(plan.stays),
    changed: 'nothing',
    measures: measuresOf(plan.removals),
  };
}

function plannedReport(plan: ImagesPlan): Report {
  const { registry, removals, stays, running } = plan;
  const words = `${lookingAt(plan)} --confirm ${codeOfPlan(plan)}`;
  const amount = counted(removals.length, 'image');
  return {
    tone: plan.waysBack.some(({ hasPackage }) => !hasPackage) ? 'warning' : 'neutral',
    title: `${registry} runs ${running}: ${amount} of older releases can go, ${sizeInWords(removals)}; nothing is removed yet`,
    facts: [{ label: 'Goes', value: byVersion(removals), onCard: true }, ...wayBackFacts(plan), ...stayingFacts(stays)],
    table: tableOf(removals, `Images that would be removed from the host of ${registry}`),
    changed: 'nothing',
    next: ['To remove exactly these: ', { command: words }],
    actions: [
      {
        ...{ label: `Remove ${amount}`, does: 'command', on: words, style: 'danger' },
        confirm: `From the host of ${registry}: ${byVersion(removals)}. To run one of them again, its package must be loaded again.`,
      },
    ],
    measures: measuresOf(removals),
  };
}

function clearedReport(plan: ImagesPlan, { removed, stayed }: RemovedImages): Report {
  const what = removed.length === 0 ? 'nothing' : `${counted(removed.length, 'image')}, ${sizeInWords(removed)}`;
  const rest = stayed.length === 0 ? '' : `; ${counted(stayed.length, 'image')} stayed`;
  const left = plan.removals.filter(({ name }) => !removed.some((one) => one.name === name));
  return {
    tone: stayed.length > 0 ? 'warning' : 'good',
    title: `${plan.registry}: removed ${what}${rest}`,
    facts: [
      ...(removed.length > 0 ? [{ label: 'Removed', value: byVersion(removed), onCard: true }] : []),
      ...(stayed.length > 0
        ? [{ label: 'Was to go and stayed', value: firstFew(stayed.map(({ name, why }) => `${name}: ${why}`)) }]
        : []),
      ...stayingFacts(plan.stays),
    ],
    ...(removed.length > 0
      ? { table: tableOf(removed, `Images that were removed from the host of ${plan.registry}`) }
      : {}),
    changed: removed.length === 0 ? 'nothing' : `${counted(removed.length, 'image')} removed`,
    measures: { ...measuresOf(left), removed: removed.length },
  };
}

/** '12 of Harbor 2.10.3; 11 of Harbor 2.8.4'. */
const byVersion = (images: readonly HarborImage[]): string =>
  [...Map.groupBy(images, ({ version }) => version)]
    .map(([version, its]) => `${its.length} of Harbor ${version}`)
    .join('; ');

/** Docker counts a layer with every image that has it, and frees it with the last one. */
const sizeInWords = (images: readonly HarborImage[]): string => `at most ${bytesInWords(sumOf(images))}`;

const sumOf = (images: readonly HarborImage[]): number => images.reduce((sum, { bytes }) => sum + bytes, 0);

const stayingFacts = (stays: readonly Staying[]): readonly Fact[] =>
  stays.map(({ version, images, why }) => ({
    label: `Stays of ${version}`,
    value: `${counted(images.length, 'image')}: ${why}`,
  }));

const wayBackFacts = ({ waysBack }: ImagesPlan): readonly Fact[] =>
  waysBack.map(({ directory, version, hasPackage }) => ({
    label: `Way back to ${version}`,
    value: `${directory} and its copy of the database stay. To go back by them the images must be loaded again from the package of ${version}, which ${hasPackage ? 'lies on the host' : 'does not lie on the host'}.`,
    ...(hasPackage ? {} : { onCard: true }),
  }));

const tableOf = (images: readonly HarborImage[], caption: string): Table => ({
  caption,
  columns: ['Image', 'Size'],
  rows: images.map(({ name, bytes }) => [name, bytesInWords(bytes)]),
});

const measuresOf = (removable: readonly HarborImage[]) => ({
  removable: removable.length,
  removableBytes: sumOf(removable),
});
