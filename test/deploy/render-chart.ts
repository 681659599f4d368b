import { execFile, execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseAllDocuments } from 'yaml';

export const chart = resolve(import.meta.dirname, '../../deploy/helm/salvor');

// As Debian's golang-go and golang-github-masterminds-sprig-dev put them there. With 300 MB they are not installed for the tests.
const environment = { ...process.env, GO111MODULE: 'off', GOPATH: '/usr/share/gocode', GOFLAGS: '' };

/** Helm's engine: whether Go and sprig are on this machine. */
export function canRender(): boolean {
  try {
    execFileSync('go', ['version'], { stdio: 'ignore' });
    return existsSync('/usr/share/gocode/src/github.com/Masterminds/sprig');
  } catch {
    return false;
  }
}

/** What the chart makes of values, by template. Throws with what the template complains of. */
export async function renderChart(values: object): Promise<Readonly<Record<string, string>>> {
  const program = resolve(import.meta.dirname, 'render/main.go');
  const child = execFile('go', ['run', program, chart], { env: environment });
  child.stdin?.end(JSON.stringify(values));
  const [out, complaint] = await Promise.all([child.stdout, child.stderr].map((one) => (one ? text(one) : '')));
  if (!out) throw new Error(complaint);
  return JSON.parse(out);
}

/** The objects in it. */
export const objectsIn = (rendered: Readonly<Record<string, string>>): readonly unknown[] =>
  Object.entries(rendered)
    .filter(([name]) => name.endsWith('.yaml'))
    .flatMap(([, yaml]) => parseAllDocuments(yaml))
    .map((document) => {
      if (document.errors[0]) throw document.errors[0];
      return document.toJS();
    })
    .filter((one) => one !== null);
