import { whenInWords } from '../cron-in-words.ts';
import { counted, listInWords } from '../format.ts';
import type { Text } from '../report.ts';
import type { HomeSection, Seen } from './home.ts';

const mostLines = 20;

/** What comes by itself on this person's targets, and what alerts may start. */
export async function automationSection({ actor, parts, may }: Seen): Promise<HomeSection> {
  const schedules = (await parts.schedules.list()).filter(({ target }) => may('viewer', target));
  const byName = Map.groupBy(schedules, ({ name }) => name);
  // Rules are of no one target; who may look at none is not told what an alert would start.
  const rules = actor.grants.length > 0 ? (parts.alerts?.rules ?? []) : [];
  const lines = [
    ...[...byName].map(([name, all]): Text => {
      const { job = name, cron = '', timezone = 'UTC' } = all[0] ?? {};
      const targets = listInWords(all.slice(0, 5).map(({ target }) => target));
      // As they stand in salvor.yaml, whatever the language.
      return [{ code: name }, ' does ', { code: job }, ` on ${targets}: ${whenInWords({ cron, timezone })}`];
    }),
    ...rules
      .filter(({ mode }) => mode !== 'suggest')
      .map(({ name, alert, action, mode, perDay }) =>
        mode === 'auto-write'
          ? `alert ${alert}: ${action} by itself, at most ${perDay} a day and only past every guard (rule ${name})`
          : `alert ${alert}: ${action} by itself, which only reads (rule ${name})`,
      ),
  ];
  const suggesting = rules.filter(({ mode }) => mode === 'suggest').length;
  return {
    title: 'What comes by itself',
    lines: [
      ...lines.slice(0, mostLines),
      ...(suggesting > 0 ? [`${counted(suggesting, 'rule')} for alerts: only facts and suggestions.`] : []),
      'Nothing dangerous ever does: restores and upgrades take the votes of other people.',
    ],
    actions: [{ label: 'Schedules', does: 'command', on: 'schedules' }],
  };
}
