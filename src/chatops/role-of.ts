import type { Role } from './access.ts';
import type { AnyCommand } from './command.ts';
import { interpret } from './interpret.ts';
import { words } from './words.ts';

/** The right that a command takes of a person; undefined where anybody may use it on what they may see. */
export function roleOf(command: AnyCommand): Role | undefined {
  if (command.role) return command.role;
  // A command's first example says what it takes: the same right is asked of every one.
  const [, ...typed] = words(command.examples[0]);
  return command.access(interpret(command, typed, { clusters: [] }))?.role;
}
