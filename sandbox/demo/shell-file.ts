/** An environment as lines that a POSIX shell reads with `set -a; . FILE`, whatever is in the values. */
export function shellFile(environment: Readonly<Record<string, string>>): string {
  const lines = Object.entries(environment).map(([name, value]) => `${name}='${value.replaceAll("'", "'\\''")}'\n`);
  return lines.join('');
}
