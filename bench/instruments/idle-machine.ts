import { cpus } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { note } from './figures.ts';

const lookMs = 300;
const idleShare = 0.9;

/** Waits until the processors have nothing to do, because a neighbour's work in one way's turn would be a lie about all of them; a minute at most. */
export async function idleMachine(): Promise<void> {
  const deadline = performance.now() + 60_000;
  while (performance.now() < deadline) {
    const before = times();
    await delay(lookMs);
    const after = times();
    if ((after.idle - before.idle) / (after.all - before.all) >= idleShare) return;
  }
  note('the machine does not come to rest: figures will be worse than they are');
}

function times(): { readonly idle: number; readonly all: number } {
  const sums = cpus().map(({ times: { idle, user, nice, sys, irq } }) => ({
    idle,
    all: idle + user + nice + sys + irq,
  }));
  return { idle: sum(sums.map((each) => each.idle)), all: sum(sums.map((each) => each.all)) };
}

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
