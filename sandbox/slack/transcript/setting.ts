import type { Reader } from '../page/dates.d.ts';
import type { State } from '../state.ts';
import type { Paint } from './lines.ts';

/** Names behind ids; an id nobody knows is its own name. */
export interface Names {
  person(id: string): string;
  channel(id: string): string;
  usergroup(id: string): string;
}

/** How a conversation is printed: for whom, how wide, in which colours. */
export interface Setting {
  readonly names: Names;
  readonly reader: Reader;
  readonly width: number;
  readonly paint: Paint;
}

export function namesIn(state: Pick<State, 'people' | 'channels' | 'usergroups'>): Names {
  return {
    person: (id) => state.people.get(id)?.realName || state.people.get(id)?.name || id,
    channel: (id) => state.channels.get(id)?.name ?? id,
    usergroup: (id) => state.usergroups.get(id)?.handle ?? id,
  };
}
