import { setTimeout as delay } from 'node:timers/promises';
import type { DockerState, StateDirectory } from './state.ts';

type When = NonNullable<DockerState['held']>['when'];

/** Waits as long as docker.json holds this command, and says there that it does: whoever wants to cut it short finds it in the middle. */
export async function waitWhileHeld(when: When, words: readonly string[], state: StateDirectory): Promise<void> {
  const isHeld = () => {
    const { held } = state.docker();
    return held?.when === when && ` ${words.join(' ')} `.includes(` ${held.words} `);
  };
  if (!isHeld()) return;
  state.setDocker({ isHolding: true });
  while (isHeld()) await delay(20);
}
