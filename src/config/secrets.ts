import type { Problem } from './problems.ts';

/** Reads a file's text. Throws as node:fs does. */
export type ReadText = (path: string) => string;
export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads secrets from the environment: NAME, or the file that NAME_FILE names (its last line break dropped).
 * Remembers every value, so that it can be masked wherever text goes out, and every problem, so that all are told at once.
 */
export class Secrets {
  readonly problems: Problem[] = [];
  readonly values = new Set<string>();
  readonly #environment: Environment;
  readonly #readText: ReadText;

  constructor(environment: Environment, readText: ReadText) {
    this.#environment = environment;
    this.#readText = readText;
  }

  /** The secret, or undefined where neither variable is set. */
  optional(name: string): string | undefined {
    const direct = this.#environment[name];
    const file = this.#environment[`${name}_FILE`];
    if (direct && file) return this.#wrong(name, `must be set once; ${name}_FILE is set as well: leave one away`);
    const value = direct || (file ? this.file(file, `${name}_FILE`)?.replace(/\r?\n$/, '') : undefined);
    if (value) this.values.add(value);
    return value || undefined;
  }

  /** The secret; a missing one is a problem, and the answer is then the empty string. */
  required(name: string, what: string): string {
    const before = this.problems.length;
    const value = this.optional(name);
    if (value === undefined && this.problems.length === before)
      this.#wrong(name, `must be set, or ${name}_FILE: ${what}`);
    return value ?? '';
  }

  /** The text of a file that `path` in the configuration names. */
  file(path: string, named: string): string | undefined {
    try {
      return this.#readText(path);
    } catch (error) {
      const code = error instanceof Error && 'code' in error ? String(error.code) : 'unreadable';
      return this.#wrong(named, `must be a file that can be read; ${path}: ${code}`);
    }
  }

  #wrong(path: string, expected: string): undefined {
    this.problems.push({ path, expected });
    return undefined;
  }
}

/** A function that hides every known secret in a text, however it is written there. Longest first, so that none leaves its tail. */
export function masker(secrets: Iterable<string>): (text: string) => string {
  const forms = [...secrets].flatMap((secret) => [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
  ]);
  const known = [...new Set(forms)].filter((form) => form.length >= 4).sort((a, b) => b.length - a.length);
  return (text) => known.reduce((masked, form) => masked.replaceAll(form, '•••'), text);
}
