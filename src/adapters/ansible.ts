import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Fault } from '../chatops/errors.ts';
import { durationInWords } from '../chatops/format.ts';
import type { Ansible, PlaybookRequest, PlaybookResult } from '../ports/ansible.ts';
import { eventOf, type Line, parseLine } from './ansible/events.ts';
import { hostsOf } from './ansible/inventory.ts';
import { hideIn } from './ansible/masked.ts';
import { createProgramFinder } from './ansible/program.ts';
import { createTally } from './ansible/result.ts';
import { type PlaybookEnd, runPlaybook } from './ansible/run-playbook.ts';
import { closeConnections, furnish, type HostKeys } from './ansible/workplace.ts';
import { makeDirectory, noteRunning, removeDirectory, sweep } from './throw-away.ts';

export interface AnsibleSetup {
  /** Where throw-away directories are made, for what Ansible reads: secrets too. */
  readonly directory: string;
  /** By cluster or registry. */
  readonly hosts: Readonly<Record<string, HostKeys>>;
  /** Where ansible-playbook, ssh and what they use are looked for: a PATH. */
  readonly path: string;
  /** Where an ssh agent listens, for hosts for which there is no key. */
  readonly agent?: string;
  /** Where playbooks lie; Salvor's own unless given. */
  readonly playbooks?: string;
  /** After so long without a word from this worker a playbook ends by itself. */
  readonly silenceMs?: number;
}

/** Salvor's own playbooks lie beside its source. */
const ownPlaybooks = resolve(import.meta.dirname, '../../playbooks');

/** Shorter than it takes for a frozen worker to lose its runs: what it started must have ended before another one begins. */
const usualSilenceMs = 10_000;

/** Ansible as this machine has it, each run with a directory of its own that is removed afterwards. */
export function createAnsible(setup: AnsibleSetup): Ansible {
  const { directory: parent, hosts, path, agent, playbooks = ownPlaybooks, silenceMs = usualSilenceMs } = setup;
  const findProgram = createProgramFinder(path);
  return {
    async run(request) {
      const chosen = hostsOf(request);
      request.signal?.throwIfAborted();
      const program = await findProgram();
      await sweep(parent, 'ansible', Date.now()).catch(() => undefined);
      const directory = await makeDirectory(parent, 'ansible');
      const onExit = () => rmSync(directory, { recursive: true, force: true });
      process.once('exit', onExit);
      try {
        const keys = hosts[request.target] ?? {};
        const workplace = await furnish(request, { directory, playbooks, path, agent, keys, chosen });
        return await listenTo(
          request,
          chosen.map(({ name }) => name),
          { program, directory, silenceMs, ...workplace },
        );
      } finally {
        await closeConnections(directory, path);
        await removeDirectory(directory).catch(() => undefined);
        process.off('exit', onExit);
      }
    },
  };
}

interface Started {
  readonly program: string;
  readonly directory: string;
  readonly silenceMs: number;
  readonly words: readonly string[];
  readonly environment: Readonly<Record<string, string>>;
}

async function listenTo(request: PlaybookRequest, names: readonly string[], started: Started): Promise<PlaybookResult> {
  const { timeLimitMs, signal, onEvent } = request;
  const secrets = Object.values(request.secrets ?? {});
  const output = createHash('sha256');
  const tally = createTally();
  let task = '';

  const onLine = (text: string) => {
    output.update(text);
    const line = hideIn(parsed(text), secrets);
    tally.add(line);
    const event = eventOf(line);
    if (event?.kind === 'started') task = event.task;
    if (event) onEvent?.(event);
  };

  const onStarted = (pid: number) => void noteRunning(started.directory, pid).catch(() => undefined);
  const end = await runPlaybook({ ...started, timeLimitMs, signal, onLine, onStarted });
  if (end.isLate) throw late(request, task);
  const hosts = tally.hosts(names);
  const isGood = hosts !== undefined && Object.values(hosts).every(({ state }) => state === 'ok');
  if (!hosts || (isGood && end.code !== 0)) throw broken(request, hideIn(end, secrets));
  return { isGood, hosts, outputSha256: output.digest('hex') };
}

function parsed(text: string): Line {
  try {
    return parseLine(text);
  } catch (error) {
    throw new Fault('Ansible told something that Salvor does not understand.', {
      port: 'ansible',
      operation: 'run',
      code: 'ANSIBLE_BROKEN',
      retryable: false,
      cause: error,
    });
  }
}

function late({ playbook, timeLimitMs }: PlaybookRequest, task: string): Fault {
  const during = task === '' ? '' : ` during "${task}"`;
  return new Fault(`${playbook} was ended after ${durationInWords(timeLimitMs)}${during}.`, {
    port: 'ansible',
    operation: 'run',
    code: 'ANSIBLE_TIME_LIMIT',
    retryable: false,
    next: 'Look at the hosts: what a host was doing at that moment it may have ended since.',
  });
}

function broken({ playbook, tags = [] }: PlaybookRequest, { code, said }: PlaybookEnd): Fault {
  const which = tags.length === 0 ? playbook : `${playbook} ${tags.join(', ')}`;
  const how =
    code === 0
      ? `${which} ended without having done anything on some host`
      : `${which} ended without a result (${code ?? 'killed'})`;
  const words = said.trim().slice(-1500);
  return new Fault(words === '' ? `${how}.` : `${how}: ${words}`, {
    port: 'ansible',
    operation: 'run',
    code: 'ANSIBLE_BROKEN',
    retryable: false,
  });
}
