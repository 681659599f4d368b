import type { Tracer } from '../../src/ports/tracer.ts';

/** Keeps what a collector would be told: what was entered, with its facts, and in which of these something was about what. */
export interface FakeTracer extends Tracer {
  readonly entered: readonly (readonly [name: string, facts: object])[];
  /** 'slack press: r-1' */
  readonly abouts: readonly string[];
}

export function createFakeTracer(): FakeTracer {
  const entered: (readonly [string, object])[] = [];
  const abouts: string[] = [];
  return {
    ...{ entered, abouts },
    entering(name, facts, work) {
      entered.push([name, facts]);
      return work(() => undefined);
    },
    within: (_name, _facts, work) => work(() => undefined),
    async about(...ids) {
      abouts.push(`${entered.at(-1)?.[0]}: ${ids.join(', ')}`);
    },
  };
}
