/** A place for a word: `<cluster>` must be given, `[backup]` may be. The last may take the rest: `<words…>`. */
interface Position {
  readonly name: string;
  readonly required: boolean;
}

/** `[--force]` is there or not; `[--reason <text>]` carries a word; `--reason <text>` without brackets must be given. */
interface Flag {
  readonly name: string;
  readonly takesValue: boolean;
  readonly required: boolean;
}

export interface Usage {
  readonly positions: readonly Position[];
  readonly flags: readonly Flag[];
}

const part = /\[--([a-z][a-z-]*)(?:\s+<[^>]+>)?\]|--([a-z][a-z-]*)\s+<[^>]+>|<([a-z]+)>|\[([a-z]+)\]/g;

/** Reads a command's usage line, such as `snapshot <cluster> [--reason <text>]`. The first word is the command's name. */
export function parseUsage(usage: string): Usage {
  const positions: Position[] = [];
  const flags: Flag[] = [];
  for (const match of usage.matchAll(part)) {
    const [whole, optionalFlag, requiredFlag, required, optional] = match;
    const flag = optionalFlag ?? requiredFlag;
    if (flag) flags.push({ name: flag, takesValue: whole.includes('<'), required: requiredFlag !== undefined });
    const position = required ?? optional;
    if (position) positions.push({ name: position, required: required !== undefined });
  }
  return { positions, flags };
}
