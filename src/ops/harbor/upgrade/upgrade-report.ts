import { counted, durationInWords, listInWords } from '../../../chatops/format.ts';
import type { Fact, File, Report } from '../../../chatops/report.ts';
import type { Migrated } from './run-tags.ts';
import type { UpgradeResult } from './run-upgrade.ts';

/** What an upgrade, or the way back from one, came to. */
export function upgradeReport(result: UpgradeResult): Report {
  return result.kind === 'rolled back' ? rolledBack(result) : forward(result);
}

function forward(result: UpgradeResult): Report {
  const { decided, kind, reached, downtimes, migrated } = result;
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
        value: diff.length === 0 ? 'as it was' : `${counted(changedLines(diff), 'line')} changed: see ${diffName(to)}`,
      })),
      {
        label: 'Left until somebody deletes it',
        value: `old install directories, ${shared.harbor_dir}.before-${shared.harbor_mark}-…; copies of the database, ${shared.harbor_work}/before-…; old images${isPaused ? '' : ', by a button here'}`,
      },
    ],
    changed: isPaused ? hopsInWords(result) : `${name} is upgraded to ${at}`,
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

/** Each hop that is done in one line, and that no other has begun: the steps of each stand on the card already. */
function hopsInWords({ decided: { shared, hops }, reached }: UpgradeResult): string {
  const copied = shared.harbor_database === 'external' ? 'its keys' : 'its database';
  const done = hops.slice(0, reached ? hops.indexOf(reached) + 1 : 0).map(({ variables: { from, to } }) => {
    const aside = `${shared.harbor_dir}.before-${shared.harbor_mark}-${from}`;
    return `${from} → ${to} is done and verified; ${from} lies in ${aside}, ${copied} in ${shared.harbor_work}/before-${from}`;
  });
  return [...done, 'Of the next hop only the images are loaded'].join('. ');
}

/** Removes nothing: its answer has the button that does. */
const lookAtImages = (registry: string) => ({ command: `images ${registry}` });

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

const changedLines = (diff: readonly string[]): number => diff.filter((line) => /^[+-](?![+-]{2} )/.test(line)).length;
const totalMs = (downtimes: UpgradeResult['downtimes']): number => downtimes.reduce((sum, { ms }) => sum + ms, 0);

const downtime = (downtimes: UpgradeResult['downtimes']): readonly Fact[] =>
  downtimes.length === 0
    ? []
    : [
        {
          ...{ label: 'Downtime', onCard: true },
          value: listInWords(downtimes.map(({ to, ms }) => `${durationInWords(ms)} for ${to}`)),
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
      ...(nothing
        ? []
        : [
            {
              label: 'What was installed',
              value: `${shared.harbor_dir}.failed-${shared.harbor_mark} and ${shared.harbor_data}/database.failed-${shared.harbor_mark}, where it had come so far`,
            },
          ]),
    ],
    changed: 'nothing that was not taken back',
  };
}
