import { constants } from 'node:fs';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { Fault } from '../../chatops/errors.ts';
import { runProgram } from '../scratch/run-program.ts';

/** The oldest the playbooks are tried out with: Debian 12, Ubuntu 24.04 and RHEL 9 have it or a newer one. */
const oldest = { major: 2, minor: 14 } as const;

const howToInstall =
  'Install it on the worker: apt-get install --no-install-recommends ansible-core openssh-client; Salvor’s image has both.';

/** Finds ansible-playbook on a PATH; once found it is not looked for again. Throws Fault ANSIBLE_MISSING that says what to install. */
export function createProgramFinder(path: string): () => Promise<string> {
  let found: string | undefined;
  return async () => {
    found ??= await find(path);
    return found;
  };
}

async function find(path: string): Promise<string> {
  const file = await firstExecutable(path.split(delimiter).filter((directory) => directory !== ''));
  if (file === undefined) throw missing('This worker has no ansible-playbook.');
  const { said } = await runProgram(file, ['--version'], { environment: { PATH: path, LC_ALL: 'C.UTF-8' } });
  const [, text, major, minor] = /ansible-playbook (?:\[core )?((\d+)\.(\d+)[\w.]*)/.exec(said) ?? [];
  if (text === undefined) throw missing(`${file} does not tell its version: ${said.trim().slice(-300)}`);
  const isNewEnough = Number(major) > oldest.major || (Number(major) === oldest.major && Number(minor) >= oldest.minor);
  if (isNewEnough) return file;
  throw missing(`${file} is ${text}, and Salvor’s playbooks take ${oldest.major}.${oldest.minor} or newer.`);
}

async function firstExecutable(directories: readonly string[]): Promise<string | undefined> {
  for (const directory of directories) {
    const file = join(directory, 'ansible-playbook');
    const isThere = await access(file, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return file;
  }
  return undefined;
}

const missing = (what: string): Fault =>
  new Fault(what, {
    port: 'ansible',
    operation: 'run',
    code: 'ANSIBLE_MISSING',
    retryable: false,
    next: howToInstall,
  });
