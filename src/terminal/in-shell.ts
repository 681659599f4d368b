import type { AsTyped } from '../chatops/as-typed.ts';

/** Commands as a shell takes them: `program` as this process was called, `as` the id after --as. */
export function inShell(program: string, as: string): AsTyped {
  return (words) => `${program} run ${quoted(words)} --as ${as}`;
}

/** One word for a POSIX shell; in double quotes where nothing in it means anything there, so that placeholders stay easy to fill in. */
function quoted(words: string): string {
  return /["$`\\!]/.test(words) ? `'${words.replaceAll("'", "'\\''")}'` : `"${words}"`;
}
