import type { PlaybookResult } from '../../ports/ansible.ts';
import { type Line, messageOf, type Summaries, type Told } from './events.ts';

type HostResult = PlaybookResult['hosts'][string];

interface Heard {
  readonly facts: Record<string, unknown>;
  failure?: NonNullable<HostResult['failure']>;
}

/** Gathers what is told of hosts into what became of them. */
export function createTally() {
  const heard = new Map<string, Heard>();
  let summaries: Summaries | undefined;

  const hear = (told: Told) => {
    const its = heard.get(told.host) ?? { facts: {} };
    heard.set(told.host, its);
    // Tasks may publish one after the other.
    Object.assign(its.facts, told.facts);
    if (told.kind === 'failed' || told.kind === 'unreachable') {
      its.failure = { task: told.task, message: messageOf(told) };
    }
  };

  return {
    add(line: Line): void {
      if (line.kind === 'ended') summaries = line.hosts;
      else if ('message' in line) hear(line);
    },
    /** Undefined where the playbook did not come to its end, or was never on one of these hosts although none failed. */
    hosts(names: readonly string[]): PlaybookResult['hosts'] | undefined {
      const ended = summaries;
      if (!ended) return undefined;
      const failed = Object.values(ended).some(({ failures, unreachable }) => failures + unreachable > 0);
      if (!failed && names.some((name) => !ended[name])) return undefined;
      return Object.fromEntries(names.map((name) => [name, resultOf(ended[name], heard.get(name))]));
    },
  };
}

/** A host that another one's failure kept from its turn did nothing, and did nothing wrong. */
function resultOf(summary: Summaries[string] | undefined, heard: Heard | undefined): HostResult {
  const state = !summary ? 'ok' : summary.unreachable > 0 ? 'unreachable' : summary.failures > 0 ? 'failed' : 'ok';
  return {
    state,
    changed: summary?.changed ?? 0,
    facts: heard?.facts ?? {},
    ...(state !== 'ok' && heard?.failure ? { failure: heard.failure } : {}),
  };
}
