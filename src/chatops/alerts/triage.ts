import type { AlertRule } from './alert-rule.ts';
import type { AlertThread, ToldAlert } from './alert-thread.ts';

/** Something to be decided about a thread, each once. */
export interface Matter {
  readonly key: string;
  /** The fact is asked; the action offered, asked (it only reads), or, where every guard lets it pass, started. */
  readonly does: 'ask' | 'offer' | 'start';
  readonly command: string;
  readonly rule: AlertRule;
  readonly alert: ToldAlert;
}

/** A thread in which so much was decided is for people. */
const mostDecisions = 100;
const severities: readonly string[] = ['critical', 'error', 'warning', 'info', 'none'];

/**
 * What is still to be decided: the facts of all rules whose alerts fire, each command once in a thread; and of the severest of them the one action.
 * Decides nothing and runs nothing.
 */
export function triage(thread: AlertThread, rules: readonly AlertRule[]): readonly Matter[] {
  if (thread.state === 'resolved' || thread.decisions.length >= mostDecisions) return [];
  const firing = firingByRule(thread, rules);
  const facts = firing.flatMap(({ rule, alert }) =>
    rule.facts.map((command): Matter => ({ key: `fact ${command}`, does: 'ask', command, rule, alert })),
  );
  const [worst] = firing.flatMap(({ rule, alert }) =>
    rule.action === undefined ? [] : [{ rule, alert, action: rule.action }],
  );
  const action = worst ? [actionOf(worst)] : [];
  const decided = new Set(thread.decisions.map(({ key }) => key));
  const unique = new Map([...facts, ...action].map((matter) => [matter.key, matter]));
  return [...unique.values()].filter(({ key }) => !decided.has(key));
}

/** The episode of an alert under its rule. */
export const episodeOf = (target: string, { fingerprint, startsAt }: ToldAlert, rule: AlertRule): string =>
  `${rule.name} ${target} ${fingerprint} ${startsAt.toISOString()}`;

function actionOf({ rule, alert, action: command }: { rule: AlertRule; alert: ToldAlert; action: string }): Matter {
  const does = ({ suggest: 'offer', 'auto-read': 'ask', 'auto-write': 'start' } as const)[rule.mode];
  // What is only offered is offered once in a thread, however often its alert comes and goes.
  const key =
    does === 'offer' ? `offer ${command}` : `${does} ${rule.name} ${alert.fingerprint} ${alert.startsAt.toISOString()}`;
  return { key, does, command, rule, alert };
}

/** Severest first; of the same severity in the order of the rules. */
function firingByRule(thread: AlertThread, rules: readonly AlertRule[]) {
  const rank = ({ severity = '' }: ToldAlert) => {
    const place = severities.indexOf(severity);
    return place < 0 ? severities.length : place;
  };
  return rules
    .flatMap((rule) => {
      const [alert] = thread.alerts
        .filter((one) => one.rule === rule.name && one.endedAt === undefined)
        .toSorted((a, b) => rank(a) - rank(b));
      return alert ? [{ rule, alert }] : [];
    })
    .toSorted((a, b) => rank(a.alert) - rank(b.alert));
}
