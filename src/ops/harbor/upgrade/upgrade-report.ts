import { counted, durationInWords } from '../../../chatops/format.ts';
import type { Fact, File, Report } from '../../../chatops/report.ts';
import type { Decided } from './decided.ts';
import { harborSteps } from './harbor-steps.ts';
import type { Migrated } from './run-tags.ts';
import type { UpgradeResult } from './run-upgrade.ts';

/** What an upgrade, or the way back from one, came to. */
export function upgradeReport(result: UpgradeResult): Report {
  return result.kind === 'rolled back' ? rolledBack(result) : forward(result);
}

function forward({ decided, kind, reached, downtimes, migrated }: UpgradeResult): Report {
  const { shared, hops } = decided;
  const name = shared.harbor_name;
  const at = reached?.variables.to ?? '';
  const left = hops.slice(reached ? hops.indexOf(reached) + 1 : 0);
  const isPaused = kind === 'paused';
  return {
    ...(isPaused
      ? {
          tone: 'warning',
          title: `${name} runs ${at}, verified; it waits to go on to ${left.map(({ variables }) => variables.to).join(' → ')}`,
          isPaused: true,
        }
      : { tone: 'good', title: `${name} runs ${at}` }),
    facts: [
      ...downtime(downtimes),
      {
        label: 'Checked',
        value: 'every component healthy; projects, repositories, artifacts and digests as before; an image pulled',
        onCard: true,
      },
      ...[...migrated].map(([to, { diff }]) => ({
        label: `Configuration of ${to}`,
        value: diff.length === 0 ? 'as it was' : `${changedLines(diff)}: see ${diffName(to)}`,
      })),
      {
        label: 'Left until somebody deletes it',
        value: `old install directories, ${shared.harbor_dir}.before-${shared.harbor_mark}-…; copies of the database, ${shared.harbor_work}/before-…${oldDatabase(decided)}; old images${isPaused ? '' : ', by a button here'}`,
      },
    ],
    changed: `${name} is upgraded to ${at}`,
    ...filed([...migrated].flatMap(diffFile)),
    ...(isPaused
      ? { next: `Look at it, let people pull and push. Then go on, or take it back; until then ${name} stays held.` }
      : {
          next: [
            'Let people pull and push. Once nobody wants to go back, see which old images can go: ',
            lookAtImages(name),
          ],
          actions: [{ label: 'Remove old images', does: 'command', on: lookAtImages(name).command }],
        }),
    ...(downtimes.length > 0 ? { measures: { downtimeSeconds: totalMs(downtimes) / 1000 } } : {}),
  };
}

/** Removes nothing: its answer has the button that does. */
const lookAtImages = (registry: string) => ({ command: `images ${registry}` });

/** Where a tool has put another into its place. */
const oldDatabase = ({ hops, shared }: UpgradeResult['decided']): string =>
  hops.some(({ variables }) => variables.migrate_database)
    ? `; the MariaDB, ${shared.harbor_data}/database.before-${shared.harbor_mark}-…`
    : '';

const diffName = (to: string): string => `configuration-${to}.diff`;

/** For the thread. Its lines hold no secrets: the host masks them. */
const diffFile = ([to, { diff }]: readonly [string, Migrated]): readonly File[] =>
  diff.length === 0
    ? []
    : [
        {
          ...{ name: diffName(to), title: `How the configuration was changed for ${to}` },
          base64: Buffer.from(`${diff.join('\n')}\n`).toString('base64'),
        },
      ];

function filed([file, ...moreFiles]: readonly File[]): Pick<Report, 'file' | 'moreFiles'> {
  if (!file) return {};
  return moreFiles.length === 0 ? { file } : { file, moreFiles };
}

/** A line that is another is one that is gone and one that is new. */
function changedLines(diff: readonly string[]): string {
  const [gone, made] = [/^-(?!-- )/, /^\+(?!\+\+ )/].map((sign) => diff.filter((line) => sign.test(line)).length);
  return `${counted(made ?? 0, 'new line')}, ${gone} gone`;
}

const totalMs = (downtimes: UpgradeResult['downtimes']): number => downtimes.reduce((sum, { ms }) => sum + ms, 0);

const downtime = (downtimes: UpgradeResult['downtimes']): readonly Fact[] =>
  downtimes.length === 0
    ? []
    : [
        {
          ...{ label: 'Downtime', onCard: true },
          value: downtimes.map(({ to, ms }) => `${to}: ${durationInWords(ms)}`).join(', '),
        },
      ];

function rolledBack({ decided, undone, downtimes }: UpgradeResult): Report {
  const { shared, hops } = decided;
  const name = shared.harbor_name;
  const from = hops[0]?.variables.from ?? '';
  const nothing = undone.length === 0;
  return {
    tone: 'good',
    title: nothing ? `Nothing of ${name} had been changed` : `${name} runs ${from} again, as it was before`,
    facts: [
      ...downtime(downtimes),
      ...(nothing ? [] : [{ label: 'Taken back', value: undone.join(', ') }]),
      ...(nothing ? [] : whatIsLeft(decided, undone)),
    ],
    changed: 'nothing that was not taken back',
    ...(nothing
      ? {}
      : { next: ['Find out what went wrong before it is planned anew. How it is: ', { command: `registry ${name}` }] }),
  };
}

function whatIsLeft(decided: Decided, undone: readonly string[]): readonly Fact[] {
  const { harbor_dir: install, harbor_data: data, harbor_mark: mark } = decided.shared;
  const noReturn = harborSteps(decided).find(({ isPointOfNoReturn }) => isPointOfNoReturn);
  const isPast = noReturn !== undefined && undone.includes(noReturn.name);
  return [
    ...(isPast
      ? [{ label: 'Lost', value: `what was pushed since ${noReturn.hop?.variables.to} was installed`, onCard: true }]
      : []),
    {
      label: 'Set aside, not deleted',
      value: `${install}.failed-${mark} and ${data}/database.failed-${mark}, with redis and secret beside it, as far as it had come`,
    },
  ];
}
