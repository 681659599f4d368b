import { type Actor, authorise } from '../access.ts';
import { Refusal } from '../errors.ts';
import { listInWords } from '../format.ts';
import type { Action, Report } from '../report.ts';
import type { AlertRule } from './alert-rule.ts';

export interface AskedAbout {
  /** All that is written in the message, of whatever app. Looked at for names that salvor.yaml knows, and for nothing else. */
  readonly text: string;
  readonly actor: Actor;
  /** What the channel speaks of. */
  readonly targets: readonly string[];
  readonly rules: readonly AlertRule[];
  /** What is offered where no rule speaks of it: 'leaders', 'backups'. */
  readonly usual: readonly string[];
  /** The sentence that a command of this person would be refused with, where that is known. */
  against(command: string, target: string): string | undefined;
  /** A command as it would be typed. */
  words(command: string, target: string, rule: AlertRule | undefined): string;
}

/** Buttons for what a message tells of: facts and the action of the rules whose alerts it names. Throws Refusal where nothing can be offered. */
export function offersFor({ text, actor, targets, rules, usual, against, words }: AskedAbout): Report {
  const seen = targets.filter((target) => authorise(actor, { role: 'viewer', target }).kind === 'yes');
  if (seen.length === 0)
    throw new Refusal('This channel speaks of nothing that you may look at.', ['See ', { command: 'help' }]);
  const names = new Set(text.match(/[A-Za-z0-9_:.-]+/g) ?? []);
  const named = seen.filter((target) => names.has(target));
  const [target, ...others] = named.length > 0 ? named : seen;
  if (target === undefined || others.length > 0) {
    throw new Refusal(
      `The message does not say which is meant: ${listInWords(named.length > 0 ? named : seen)}.`,
      'Type the command, with its name.',
    );
  }
  const meant = rules.filter(({ alert }) => names.has(alert));
  const facts = [...new Set(meant.length > 0 ? meant.flatMap((rule) => rule.facts) : usual)];
  const acting = meant.find(({ action }) => action !== undefined);
  const offered = [
    ...(acting?.action === undefined ? [] : [{ command: acting.action, rule: acting, style: 'primary' as const }]),
    ...facts.map((command) => ({ command, rule: undefined, style: undefined })),
  ].map((one) => ({ ...one, refusal: against(one.command, target) }));
  const advice = meant.flatMap((rule) => rule.advice ?? []);
  return {
    tone: 'neutral',
    title: meant.length > 0 ? `${listInWords(meant.map(({ alert }) => alert))} on ${target}` : `About ${target}`,
    ...(advice.length > 0 ? { text: advice.join(' ') } : {}),
    facts: [
      ...(meant.length > 0 ? [] : [{ label: 'No rule', value: 'of salvor.yaml speaks of what stands there' }]),
      ...offered.flatMap(({ command, refusal }) =>
        refusal === undefined ? [] : [{ label: 'Not offered', value: `${command} ${target}: ${refusal}` }],
      ),
    ],
    actions: offered
      .filter(({ refusal }) => refusal === undefined)
      .map(
        ({ command, rule, style }): Action => ({
          ...{ label: `${command} ${target}`, does: 'command', on: words(command, target, rule) },
          ...(style ? { style } : {}),
        }),
      )
      .slice(0, 5),
  };
}
