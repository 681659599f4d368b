import { readFileSync } from 'node:fs';
import { vi } from 'vitest';

/** Whether a process is there and does something: a zombie only waits for a parent to hear of its end. */
export function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

/** Waits until it is so. */
export async function until(isSo: () => Promise<boolean>): Promise<void> {
  await vi.waitUntil(isSo, { timeout: 20_000, interval: 50 });
}
