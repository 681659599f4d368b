import { existsSync, readdirSync } from 'node:fs';

/**
 * Runs one measurement: npm run bench -- <name> [flags]. Prints its result as one line of JSON; everything else goes to stderr.
 * A measurement is a file in this folder that exports `measure`.
 */
const [name = '', ...flags] = process.argv.slice(2);
const file = new URL(`${name}.ts`, import.meta.url);

if (!/^[a-z-]+$/.test(name) || name === 'main' || !existsSync(file)) {
  const known = readdirSync(new URL('.', import.meta.url), { withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name !== 'main.ts')
    .map((entry) => entry.name.replace('.ts', ''));
  console.error(`Usage: npm run bench -- <${known.join('|')}>`);
  process.exit(2);
}

interface Measurement {
  measure(flags: readonly string[]): Promise<Readonly<Record<string, unknown>>>;
}

const measurement: Measurement = await import(file.href);
console.log(JSON.stringify({ bench: name, ...(await measurement.measure(flags)) }));
