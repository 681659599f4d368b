import type { Lately } from '../../../ports/takeovers.ts';

/** Components that changed hands more than `most` times within the last hour, by name. */
export function flappingIn(lately: Lately | undefined, most: number): readonly string[] {
  return [...(lately?.byComponent ?? [])].flatMap(([component, times]) => (times > most ? [component] : [])).toSorted();
}
