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

/** Whether Helm itself is on the PATH. */
export function hasHelm(): boolean {
  try {
    execFileSync('helm', ['version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

/** Text by template. Throws with what is complained of. */
export type Render = (values: object, kubernetes?: string) => Promise<Readonly<Record<string, string>>>;

/** A release "ops" in the namespace "salvor", as Helm makes it. */
export const renderWithHelm: Render = async (values, kubernetes = usualKubernetes) => {
  const words = ['template', 'ops', chart, '--namespace', 'salvor', '--kube-version', kubernetes, '--values', '-'];
  const rendered: Record<string, string> = {};
  for (const one of (await said('helm', words, values, process.env)).split(/^---$/m)) {
    const [, name] = /^# Source: salvor\/templates\/(.+)$/m.exec(one) ?? [];
    if (name !== undefined) rendered[name] = `${rendered[name] ?? ''}---${one}`;
  }
  return rendered;
};

/** The same by the engine alone. */
export const renderWithGo: Render = async (values, kubernetes = usualKubernetes) => {
  const program = resolve(import.meta.dirname, 'render/main.go');
  return JSON.parse(await said('go', ['run', program, chart, `v${kubernetes}`], values, environment));
};

/** What `helm lint --strict` says; throws where the chart fails. */
export const lintChart = (values: object): Promise<string> =>
  said('helm', ['lint', chart, '--strict', '--values', '-'], values, process.env);

const usualKubernetes = '1.36.2';

async function said(
  program: string,
  words: readonly string[],
  values: object,
  env: NodeJS.ProcessEnv,
): Promise<string> {
  const child = execFile(program, words, { env, maxBuffer: 2 ** 26 });
  child.stdin?.end(JSON.stringify(values));
  const ended = new Promise<number | null>((end) => child.once('close', end));
  const [code, out = '', complaint = ''] = await Promise.all([
    ended,
    ...[child.stdout, child.stderr].map((one) => (one ? text(one) : '')),
  ]);
  if (code !== 0) throw new Error(`${complaint}${out}`);
  return out;
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
