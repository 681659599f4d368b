import { counted, durationInWords, firstFew } from '../format.ts';
import type { Action, Fact, Report, Text, Value } from '../report.ts';
import type { AlertRule } from './alert-rule.ts';
import type { AlertThread, Decision, ToldAlert } from './alert-thread.ts';

/** Alerts that the card shows one by one. */
const shown = 5;

/** A group of alerts as it is now, for everybody in the channel: one message, edited in place. */
export function alertReport(thread: AlertThread, rules: readonly AlertRule[]): Report {
  const firing = thread.alerts.filter(({ endedAt }) => endedAt === undefined);
  const isFiring = thread.state === 'firing';
  const hidden = Math.max(0, thread.alerts.length - shown) + thread.untold + thread.truncated;
  return {
    tone: isFiring ? (firing.some(({ severity }) => severity === 'critical') ? 'bad' : 'warning') : 'good',
    title: isFiring ? firingTitle(firing, thread) : resolvedTitle(thread),
    facts: [
      ...thread.alerts.slice(0, shown).map(alertFact),
      ...(hidden > 0 ? [{ label: 'Besides', value: counted(hidden, 'alert'), onCard: true }] : []),
      ...adviceOf(firing, rules),
      ...decided(thread.decisions),
      ...taken(thread),
      { label: 'Reported', value: toldOf(thread), onCard: true },
    ],
    actions: isFiring ? actionsOf(thread) : [],
  };
}

const namesOf = (alerts: readonly ToldAlert[]): string => firstFew([...new Set(alerts.map(({ name }) => name))]);

const firingTitle = (firing: readonly ToldAlert[], { target }: AlertThread): string =>
  firing.length === 1
    ? `${firing[0]?.name} fires on ${target}`
    : `${counted(firing.length, 'alert')} fire on ${target}: ${namesOf(firing)}`;

function resolvedTitle({ alerts, target, startedAt, resolvedAt = startedAt }: AlertThread): string {
  const after = durationInWords(resolvedAt.getTime() - startedAt.getTime());
  return `Resolved after ${after}: ${namesOf(alerts)} on ${target}`;
}

function alertFact({ name, severity, summary, startsAt, endedAt, runbook }: ToldAlert): Fact {
  const value: Value[] = [
    `${severity ?? 'no severity'}, since `,
    { time: startsAt.toISOString() },
    ...(endedAt ? [', until ', { time: endedAt.toISOString() }] : []),
    ...(summary === undefined ? [] : ['. ', { quote: summary }]),
    ...(runbook === undefined
      ? []
      : [' ', { link: runbook, label: `Runbook at ${URL.parse(runbook)?.host ?? runbook}` }]),
  ];
  return { label: name, value, onCard: true };
}

function adviceOf(firing: readonly ToldAlert[], rules: readonly AlertRule[]): readonly Fact[] {
  const said = rules.flatMap(({ name, advice }) =>
    advice !== undefined && firing.some(({ rule }) => rule === name) ? [advice] : [],
  );
  return said.length === 0 ? [] : [{ label: 'What to know', value: said.join(' '), onCard: true }];
}

function decided(decisions: readonly Decision[]): readonly Fact[] {
  const of = (kind: Decision['kind']) => decisions.filter((one) => one.kind === kind);
  const asked = of('asked').map(({ words }) => words);
  return [
    ...(asked.length === 0 ? [] : [{ label: 'Asked', value: `${asked.join(', ')}: see the thread`, onCard: true }]),
    ...of('offered')
      .slice(-1)
      .map((one): Fact => ({ label: 'Suggested', value: offerInWords(one), onCard: true })),
    ...of('started').map(
      ({ words, run }): Fact => ({
        label: 'Started',
        value: [`${labelOf(words)}, run `, { code: run ?? '' }],
        onCard: true,
      }),
    ),
    ...of('not done').map(
      ({ words, why }): Fact => ({ label: 'Not done', value: `${labelOf(words)}: ${why}`, onCard: true }),
    ),
  ];
}

/** With what was checked: what holds by its name, what does not by what was found. */
function offerInWords({ words, guards = [] }: Decision): Text {
  if (guards.length === 0) return `${labelOf(words)}; it changes nothing`;
  const against = guards.filter(({ holds }) => !holds).map(({ why }) => why);
  const held = guards.filter(({ holds }) => holds).map(({ name }) => name);
  const label = labelOf(words);
  if (held.length === 0) return `${label}; to know first: ${against.join('; ')}`;
  if (against.length === 0) return `${label}; checked: ${held.join(', ')}`;
  return `${label}; to know first: ${against.join('; ')}; checked: ${held.join(', ')}`;
}

function taken({ acknowledged, silenced }: AlertThread): readonly Fact[] {
  return [
    ...(acknowledged
      ? [
          {
            label: 'Acknowledged',
            value: [{ person: acknowledged.id }, ', ', { time: acknowledged.at.toISOString() }],
            onCard: true,
          },
        ]
      : []),
    ...(silenced
      ? [
          {
            label: 'Silenced',
            value: ['until ', { time: silenced.until.toISOString() }, ', by ', { person: silenced.id }],
            onCard: true,
          },
        ]
      : []),
  ];
}

function toldOf({ notifications, toldAt, source }: AlertThread): Text {
  const last: Value = { time: toldAt.toISOString() };
  if (source === undefined) return notifications === 1 ? 'once' : [`${notifications} times, last `, last];
  const by: Value = { link: source, label: 'Alertmanager' };
  return notifications === 1 ? ['once by ', by] : [`${notifications} times, last `, last, ' by ', by];
}

/** 'snapshot prod-1': without why, which the words bring. */
const labelOf = (words: string): string => words.replace(/ --.*$/s, '');

function actionsOf({ id, decisions, acknowledged, silenced }: AlertThread): readonly Action[] {
  const offer = decisions.findLast(({ kind }) => kind === 'offered');
  return [
    ...(offer ? [{ label: labelOf(offer.words), does: 'command', on: offer.words, style: 'primary' } as const] : []),
    ...(acknowledged ? [] : [{ label: 'Acknowledge', does: 'acknowledge', on: id } as const]),
    ...(silenced ? [] : [{ label: 'Silence 1 h', does: 'silence', on: id } as const]),
  ];
}

/** What is said of a decision in the thread; undefined where what it started speaks for itself, or the card does. */
export function remarkOn({ kind, words, why, guards = [], run }: Decision): Report | undefined {
  if (kind === 'asked' || kind === 'offered') return undefined;
  const checked = guards.map(({ name, holds, why: found }) => (holds ? name : `${name}: no, ${found}`)).join('; ');
  return {
    tone: kind === 'started' ? 'neutral' : 'warning',
    title: kind === 'started' ? `Started by itself: ${words}, run ${run}` : `Not done: ${words}`,
    text: why,
    ...(checked === '' ? {} : { facts: [{ label: 'Checked', value: checked }] }),
    ...(kind === 'started' ? {} : { changed: 'nothing' }),
  };
}
