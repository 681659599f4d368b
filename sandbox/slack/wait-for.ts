import type { Truthy } from './local-slack.ts';
import type { State } from './state.ts';

/** Resolves with what `predicate` gives once that is truthy. Asked at once and after each thing that happens; never polls. */
export function waitFor<T>(state: State, predicate: () => T, timeoutMs = 20_000): Promise<Truthy<T>> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void) => {
      clearTimeout(timer);
      for (const stopListening of listening) stopListening();
      settle();
    };
    const ask = () => {
      try {
        const found = predicate();
        if (isTruthy(found)) end(() => resolve(found));
      } catch (error) {
        end(() => reject(error));
      }
    };
    const late = () => reject(new Error(`local Slack: still waiting after ${timeoutMs} ms for ${predicate}`));
    const timer = setTimeout(() => end(late), timeoutMs);
    const listening = [state.onChanged(ask), state.onNoticed(ask)];
    ask();
  });
}

function isTruthy<T>(value: T): value is Truthy<T> {
  return Boolean(value);
}
