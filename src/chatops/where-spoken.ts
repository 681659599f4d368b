import type { Catalogue, Target } from '../ports/catalogue.ts';
import { Refusal } from './errors.ts';
import type { Spoken } from './reception.ts';
import type { Thread } from './run.ts';

/** What is not asked for in a channel (a terminal, a schedule) is said in the target's home. */
export function threadFor(spoken: Pick<Spoken, 'channel' | 'under'>, target: Target): Thread | undefined {
  const channel = spoken.channel ?? target.channels[0];
  if (channel === undefined) return undefined;
  return { channel, ...(spoken.under === undefined ? {} : { under: spoken.under }) };
}

/** What a channel speaks of. */
export interface Bound {
  /** The one of its kind. */
  readonly cluster?: string | undefined;
  readonly registry?: string | undefined;
  /** The only one. */
  readonly here?: string | undefined;
}

export function boundByChannel({ clusters, registries }: Catalogue): (channel: string | undefined) => Bound {
  const cluster = aloneIn(clusters);
  const registry = aloneIn(registries);
  const here = aloneIn([...clusters, ...registries]);
  return (channel = '') => ({
    cluster: cluster.get(channel),
    registry: registry.get(channel),
    here: here.get(channel),
  });
}

/** By channel, the one of these that is spoken of there; a channel of several is bound to none of them. */
function aloneIn(targets: readonly Target[]): ReadonlyMap<string, string> {
  const byChannel = Map.groupBy(
    targets.flatMap(({ name, channels }) => channels.map((channel) => ({ channel, name }))),
    ({ channel }) => channel,
  );
  return new Map(
    [...byChannel].flatMap(([channel, [one, ...others]]) => (one && others.length === 0 ? [[channel, one.name]] : [])),
  );
}

/** A cluster or registry is spoken of in its own channels alone, where its people can see it; a direct message is no way around. */
export function mustBeSpokenOfHere(target: Target, spoken: Pick<Spoken, 'actor' | 'channel'>): void {
  if (spoken.actor.kind !== 'person') return;
  if (spoken.channel !== undefined && target.channels.includes(spoken.channel)) return;
  const home = target.channels[0];
  throw new Refusal(
    `${target.name} is spoken of in its own channels only, so that its people see what happens.`,
    home ? ['Say it in ', { channel: home }, '.'] : 'Give it a channel in salvor.yaml.',
  );
}
