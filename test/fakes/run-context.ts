import type { RunContext } from '../../src/chatops/job.ts';

export interface FakeRunContext {
  readonly context: RunContext;
  /** Steps as they are: 'Copy: complete'. */
  steps(): readonly string[];
}

/** A run without a queue, for work that is tried on its own. It is always ours; a stop comes through the signal. */
export function createRunContext({ signal = new AbortController().signal, runId = 'r-alone' } = {}): FakeRunContext {
  const steps: { readonly name: string; state: string }[] = [];
  let ahead: readonly string[] = [];
  let memory: Readonly<Record<string, string>> = {};
  const context: RunContext = {
    runId,
    attempt: 1,
    tried: 1,
    askedAt: new Date('2026-03-01T09:00:00Z'),
    askedBy: { kind: 'person', id: 'U0ALICE', name: 'Alice' },
    signal,
    async step(name, work) {
      signal.throwIfAborted();
      const step = { name, state: 'error' };
      steps.push(step);
      ahead = ahead.filter((one) => one !== name);
      const result = await work();
      step.state = 'complete';
      return result;
    },
    ahead(names) {
      ahead = names;
    },
    detail: () => undefined,
    progress: () => undefined,
    log: () => undefined,
    get memory() {
      return memory;
    },
    async remember(name, value) {
      memory = { ...memory, [name]: value };
      signal.throwIfAborted();
    },
    stillOurs: async () => signal.throwIfAborted(),
  };
  return {
    context,
    steps: () => [...steps.map(({ name, state }) => `${name}: ${state}`), ...ahead.map((name) => `${name}: pending`)],
  };
}
