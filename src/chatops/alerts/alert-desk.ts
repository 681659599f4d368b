import type { AlertThreads } from '../../ports/alert-threads.ts';
import type { Alertmanager, Matcher } from '../../ports/alertmanager.ts';
import type { Logger } from '../../ports/logger.ts';
import type { Tracer } from '../../ports/tracer.ts';
import { type Actor, actorInWords, authorise } from '../access.ts';
import { Refusal } from '../errors.ts';
import type { Report } from '../report.ts';
import { roleOf } from '../role-of.ts';
import { kindOf } from '../target.ts';
import { untraced } from '../untraced.ts';
import { mustBeSpokenOfHere } from '../where-spoken.ts';
import { remarkOn } from './alert-report.ts';
import type { AlertRule } from './alert-rule.ts';
import type { AlertThread, Decision } from './alert-thread.ts';
import { failedGuards, type GuardParts, guardsOf } from './guards.ts';
import { forget, merge } from './merge.ts';
import type { Notification } from './notification.ts';
import { offersFor } from './offers-for.ts';
import { refusalKnownOf, type StartParts, startForAlert, wordsFor } from './start-for-alert.ts';
import { readNotification, type Told } from './told.ts';
import { episodeOf, type Matter, triage } from './triage.ts';

export interface AlertDeskParts extends StartParts {
  readonly threads: AlertThreads;
  readonly rules: readonly AlertRule[];
  readonly targetLabel: string;
  readonly mostTargets: number;
  readonly alertmanager: Alertmanager | undefined;
  /** Told of each decision once it is kept. */
  readonly onDecision?: (rule: string, kind: Decision['kind']) => void;
  readonly logger: Logger;
  /** Absent where nothing is traced. */
  readonly tracer?: Tracer;
}

/** Where alerts come to, and the people who take them upon them. */
export interface AlertDesk {
  readonly rules: readonly AlertRule[];
  readonly threads: Pick<AlertThreads, 'firing'>;
  find(id: string): Promise<AlertThread | undefined>;
  address(id: string, ts: string): Promise<boolean>;
  /** Keeps what Alertmanager tells, and has it shown. The same again changes nothing. Answers how many alerts nobody is told of. Throws Fault: then it must be told again. */
  tell(notification: Notification): Promise<number>;
  /** Looks once after everything that fires: asks facts, offers, starts what a rule lets it, and says so. Any number of bots may do so at once. */
  tend(): Promise<void>;
  /** What can be done about a message of another app in a channel of ours. Throws Refusal. */
  offers(text: string, actor: Actor, channel: string | undefined): Report;
  /** Somebody looks after it. Throws Refusal. */
  acknowledge(id: string, actor: Actor, channel: string | undefined): Promise<Report | undefined>;
  /** Nobody is told of the group for an hour, by a silence in Alertmanager. Throws Refusal and Fault. */
  silence(id: string, actor: Actor, channel: string | undefined): Promise<Report | undefined>;
}

/** What is offered about a message of which no rule speaks. */
const usual = ['leaders', 'backups', 'snapshot'];
const hourMs = 60 * 60_000;
/** What is asked speaks under the card; where Slack does not take that for so long, in the channel. */
const waitForCardMs = 60_000;

export function createAlertDesk(parts: AlertDeskParts): AlertDesk {
  const { threads, rules, clock, catalogue, targetLabel, logger, audit, tracer = untraced } = parts;
  const known = new Set([...catalogue.clusters, ...catalogue.registries].map(({ name }) => name));
  const frame = { rules, targetLabel, isTarget: (name: string) => known.has(name) };
  const guarding: GuardParts = { ...parts, ...parts.holders };

  async function keep(told: Told): Promise<void> {
    const [channel = ''] = catalogue.target(told.target).channels;
    for (;;) {
      const before = await threads.latest(told.groupKey, told.target);
      const next = merge(before, told, { now: clock.now(), channel });
      if (!next || (await threads.replace(next))) return;
    }
  }

  /** Reads, decides and puts back until nobody came between. Undefined where the thread is gone or nothing was to be changed. */
  async function change(
    id: string,
    decide: (thread: AlertThread) => Omit<AlertThread, 'version'> | undefined,
    said?: Report,
  ): Promise<AlertThread | undefined> {
    for (;;) {
      const before = await threads.find(id);
      const after = before && decide(before);
      if (!before || !after) return undefined;
      const next = { ...after, version: before.version + 1 };
      if (await threads.replace(next, said)) return next;
    }
  }

  async function tendThread(thread: AlertThread): Promise<void> {
    const now = clock.now();
    if (forget(thread, now)) return void (await change(thread.id, (one) => forget(one, now)));
    const waitedMs = now.getTime() - thread.startedAt.getTime();
    if (thread.thread.ts === undefined && waitedMs < waitForCardMs) return;
    for (const matter of triage(thread, rules)) {
      const { rule, command } = matter;
      const facts = { alert: thread.id, target: thread.target, rule: rule.name, command };
      await tracer.entering('triage', facts, () => attend(matter, thread));
    }
  }

  async function attend(matter: Matter, thread: AlertThread): Promise<void> {
    const decision = await decide(matter, thread);
    const isNew = ({ decisions }: AlertThread) => decisions.every(({ key }) => key !== matter.key);
    const kept = await change(
      thread.id,
      (one) => (isNew(one) ? { ...one, decisions: [...one.decisions, decision] } : undefined),
      remarkOn(decision),
    );
    if (kept) parts.onDecision?.(matter.rule.name, decision.kind);
  }

  async function decide(matter: Matter, thread: AlertThread): Promise<Decision> {
    const words = wordsFor(matter.command, thread.target, matter.rule.alert, parts.registry);
    const about = { key: matter.key, at: clock.now(), words };
    const { rule, alert } = matter;
    const because = `${alert.name} fires, and the rule ${rule.name} says so.`;
    if (matter.does === 'ask') return started(matter, thread, { ...about, kind: 'asked', why: because });
    const job = jobFor(matter.command);
    const refusal = job && refusalKnownOf(job, thread.target, catalogue);
    if (refusal) return { ...about, kind: 'not done', why: refusal.message };
    const guards = job?.queue === 'read' ? [] : await guardsOf(matter, thread, kindOf(job ?? {}), guarding);
    if (matter.does === 'offer') return { ...about, kind: 'offered', why: because, guards };
    // Whatever a rule says: what is dangerous can only be offered.
    if (job?.queue !== 'write') return { ...about, kind: 'not done', why: `${matter.command} never comes by itself.` };
    const against = failedGuards(guards) ?? (await tooOften(matter, thread));
    if (against !== undefined) return { ...about, kind: 'not done', why: `${against}.`, guards };
    return started(matter, thread, { ...about, kind: 'started', why: because, guards });
  }

  /** What the command comes to in the end: of one that makes a plan, what the plan is for. */
  const jobFor = (name: string) => {
    const command = parts.registry.commands.find((one) => one.name === name);
    return parts.registry.jobs.get(name) ?? command?.work?.job;
  };

  async function tooOften({ rule, alert }: Matter, { target }: AlertThread): Promise<string | undefined> {
    const { name, cooldownMs, perDay } = rule;
    const answer = await threads.allow(episodeOf(target, alert, rule), { rule: name, target, cooldownMs, perDay });
    if (answer.kind === 'cooling')
      return `the rule ${name} did this a while ago, and does it again from ${answer.until.toISOString()} on`;
    return answer.kind === 'used up' ? `the rule ${name} did this ${perDay} times within a day` : undefined;
  }

  async function started(matter: Matter, thread: AlertThread, decision: Decision): Promise<Decision> {
    try {
      return { ...decision, run: await startForAlert(matter, thread, parts) };
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return { ...decision, kind: 'not done', why: error.message };
    }
  }

  async function taken(id: string, actor: Actor, channel: string | undefined, what: string): Promise<AlertThread> {
    const thread = await threads.find(id);
    if (!thread || authorise(actor, { role: 'viewer', target: thread.target }).kind === 'no')
      throw new Refusal('There is no such alert any more.', 'What fires now has a message of its own.');
    const { target, state } = thread;
    mustBeSpokenOfHere(catalogue.target(target), { actor, channel });
    const verdict = authorise(actor, { role: 'operator', target });
    const about = { target, by: actorInWords(actor) };
    if (verdict.kind === 'no') {
      await audit.add({ kind: 'refusal', ...about, what: `${what} ${id}: ${verdict.reason}` });
      throw new Refusal(verdict.reason, verdict.next);
    }
    if (state === 'resolved') throw new Refusal('It is resolved already.');
    await audit.add({ kind: 'request', ...about, what: `${what} ${id}` });
    return thread;
  }

  return {
    rules,
    threads,
    find: threads.find,
    address: threads.address,
    async tell(notification) {
      const { told, passedOver } = readNotification(notification, frame);
      for (const one of told) await keep(one);
      return passedOver;
    },
    async tend() {
      for (const thread of await threads.firing()) {
        await tendThread(thread).catch((error: unknown) =>
          logger.warn({ alert: thread.id, err: error }, 'an alert could not be looked after'),
        );
      }
    },
    offers(text, actor, channel) {
      const targets = [...catalogue.clusters, ...catalogue.registries].filter(({ channels }) =>
        channels.some((one) => one === channel),
      );
      const words = (command: string, target: string, rule: AlertRule | undefined) =>
        wordsFor(command, target, rule?.alert, parts.registry);
      const against = (name: string, target: string) => {
        const command = parts.registry.commands.find((one) => one.name === name);
        const verdict = authorise(actor, { role: (command && roleOf(command)) ?? 'viewer', target });
        if (verdict.kind === 'no') return verdict.reason;
        return command?.work && refusalKnownOf(command.work.job, target, catalogue)?.message;
      };
      const about = { text, actor, rules, usual, words, against };
      return offersFor({ ...about, targets: targets.map(({ name }) => name) });
    },
    async acknowledge(id, actor, channel) {
      await taken(id, actor, channel, 'acknowledged');
      const by = { id: actor.id, name: actor.name, at: clock.now() };
      await change(id, (one) => (one.acknowledged ? undefined : { ...one, acknowledged: by }));
      return undefined;
    },
    async silence(id, actor, channel) {
      const { alertmanager } = parts;
      if (!alertmanager)
        throw new Refusal(
          'salvor.yaml names no Alertmanager to silence it in.',
          'Silence it there, or name it under alerts.',
        );
      const thread = await taken(id, actor, channel, 'silenced');
      if (thread.labelsLeft)
        throw new Refusal(
          'Its labels are too long for a silence from here: one without them would silence more than this.',
          'Silence it in Alertmanager.',
        );
      const from = clock.now();
      const { silenced } = thread;
      if (silenced && silenced.until > from) throw new Refusal(`${silenced.name} has silenced it already.`);
      const until = new Date(from.getTime() + hourMs);
      const silence = await alertmanager.silence({
        ...{ matchers: matchersOf(thread), from, until, by: `${actor.name} (${actor.id})` },
        comment: `For an hour, from Slack: alert ${thread.id} on ${thread.target}`,
      });
      const by = { id: actor.id, name: actor.name, at: from, silence, until };
      await change(id, (one) => ({ ...one, silenced: by }));
      return undefined;
    },
  };
}

/**
 * All that the group has in common; and, of what fires, the names and severities that its card shows: the same alert of another severity may be told to other
 * people. Never all that the target may ever have, nor what nobody saw.
 */
function matchersOf({ labels, alerts }: AlertThread): readonly Matcher[] {
  const firing = alerts.filter(({ endedAt }) => !endedAt);
  const shown = { alertname: firing.map(({ name }) => name), severity: firing.map(({ severity = '' }) => severity) };
  const common = Object.entries(labels).filter(([name]) => !(name in shown));
  return [
    ...common.map(([name, value]): Matcher => ({ name, value, isRegex: false })),
    ...Object.entries(shown).map(([name, values]) => oneOf(name, values)),
  ];
}

/** The label is absent where its value is empty. Throws Refusal for what was too long to be kept: it would silence nothing. */
function oneOf(name: string, values: readonly string[]): Matcher {
  if (values.some((value) => value.endsWith('…')))
    throw new Refusal(`The ${name} of what fires is too long to be silenced from here.`, 'Silence it in Alertmanager.');
  const [first = '', ...others] = new Set(values);
  if (others.length === 0) return { name, value: first, isRegex: false };
  const quoted = [first, ...others].map((value) => value.replaceAll(/[\\^$.|?*+()[\]{}]/g, '\\$&'));
  return { name, value: quoted.join('|'), isRegex: true };
}
