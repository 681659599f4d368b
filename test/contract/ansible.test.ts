import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { HostKeys } from '../../src/adapters/ansible/workplace.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { durationInWords } from '../../src/chatops/format.ts';
import type { AnsibleEvent } from '../../src/ports/ansible.ts';
import { type AnsibleLab, inventoryOf, localHost, openAnsibleLab } from './ansible-lab.ts';
import { isAlive, until } from './processes.ts';
import { type SshServer, startSshServer } from './ssh-server.ts';

let lab: AnsibleLab;
beforeAll(async () => {
  lab = await openAnsibleLab();
});
afterEach(async () => expect(await lab.left()).toEqual([]));
afterAll(() => lab.close());

const command = (name: string, ...argv: readonly string[]) => ({ name, 'ansible.builtin.command': { argv } });
const say = (name: string, msg: string) => ({ name, 'ansible.builtin.debug': { msg } });
const three = inventoryOf(localHost('one'), localHost('two'), localHost('three'));

/** ssh's own words, or Ansible's where ssh had ended before it was told what to do. */
const becauseOf = (words: string): RegExp =>
  new RegExp(`${words}|Data could not be sent to remote host "127\\.0\\.0\\.1"`);

async function faultOf(running: Promise<unknown>): Promise<Fault> {
  const error = await running.catch((thrown: unknown) => thrown);
  if (!(error instanceof Fault)) throw error;
  return error;
}

describe('a playbook', () => {
  it('is told of as it goes, task by task and host by host', async () => {
    const tasks = [
      { ...say('Greet', 'hello {{ inventory_hostname }}'), tags: ['greet'] },
      { ...command('Count', 'true'), tags: ['greet'], when: "inventory_hostname != 'two'" },
    ];
    const { result, events } = await lab.run(tasks, { inventory: three, hosts: ['one', 'two'] });
    const told = events.map(({ at: _, ...rest }) => rest);
    const [first, ...hosts] = told.filter(({ task }) => task === 'Greet');
    expect(first).toEqual({ kind: 'started', task: 'Greet' });
    // Whichever is ready first.
    expect(hosts.toSorted((a, b) => ((a.host ?? '') < (b.host ?? '') ? -1 : 1))).toEqual([
      { kind: 'ok', task: 'Greet', host: 'one', message: 'hello one' },
      { kind: 'ok', task: 'Greet', host: 'two', message: 'hello two' },
    ]);
    expect(told.filter(({ task }) => task === 'Count')).toEqual(
      expect.arrayContaining([
        { kind: 'started', task: 'Count' },
        { kind: 'changed', task: 'Count', host: 'one' },
        { kind: 'skipped', task: 'Count', host: 'two' },
      ]),
    );
    expect(result).toEqual({
      isGood: true,
      hosts: { one: { state: 'ok', changed: 1, facts: {} }, two: { state: 'ok', changed: 0, facts: {} } },
      outputSha256: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
  });

  it('publishes facts of each host, those of later tasks besides those of earlier ones', async () => {
    const publish = (facts: object) => ({ name: 'Publish', 'ansible.builtin.set_fact': { salvor_facts: facts } });
    const { result } = await lab.run(
      [publish({ size: '{{ size }}', kind: 'small' }), publish({ kind: 'large', parts: [1, { two: true }] })],
      { inventory: inventoryOf(localHost('one', { size: 7 })) },
    );
    expect(result.hosts.one?.facts).toEqual({ size: expect.anything(), kind: 'large', parts: [1, { two: true }] });
  });

  it('publishes nothing of a host that tells without end', async () => {
    const facts = { kind: 'endless', text: "{{ 'x' * 9000000 }}" };
    const { result, events } = await lab.run([
      { name: 'Publish', 'ansible.builtin.set_fact': { salvor_facts: facts } },
    ]);
    expect(result.hosts.one).toMatchObject({ state: 'ok', facts: {} });
    expect(events.map(({ message }) => message)).toContain(
      'what this host tells of itself is too long, and was left out',
    );
  });

  it('that fails on one host ends there for all, and says what the program said', async () => {
    const tasks = [
      { ...command('Stop etcd', 'sh', '-c', 'echo no such unit >&2; exit 5'), when: "inventory_hostname == 'two'" },
      command('Move on', 'true'),
    ];
    const { result, events } = await lab.run(tasks, { inventory: three });
    expect(result.isGood).toBe(false);
    expect(result.hosts).toMatchObject({
      one: { state: 'ok', changed: 0 },
      two: { state: 'failed', failure: { task: 'Stop etcd', message: '(exit code 5) no such unit' } },
      three: { state: 'ok', changed: 0 },
    });
    expect(events.filter(({ task }) => task === 'Move on')).toEqual([]);
  });

  it('that fails in a loop says which program failed and how', async () => {
    const loop = { ...command('Try', 'sh', '-c', 'echo {{ item }}; exit {{ item }}'), loop: [0, 3] };
    const { result } = await lab.run([loop]);
    expect(result.hosts.one?.failure).toEqual({ task: 'Try', message: '(exit code 3) 3' });
  });

  it('tells of a host that cannot be reached', async () => {
    const away = { ...localHost('away'), connection: 'ssh', port: 1 } as const;
    const { result, events } = await lab.run([command('Look', 'true')], {
      inventory: inventoryOf(localHost('one'), away),
    });
    expect(result.isGood).toBe(false);
    expect(result.hosts.away).toMatchObject({ state: 'unreachable', failure: { task: 'Look' } });
    expect(result.hosts.away?.failure?.message).toMatch(becauseOf('Connection refused'));
    expect(events.some(({ kind, host }) => kind === 'unreachable' && host === 'away')).toBe(true);
  });

  it('that does nothing on some host is no success', async () => {
    const error = await faultOf(lab.run([{ ...say('Greet', 'hello'), tags: ['greet'] }], { tags: ['great'] }));
    expect(error).toMatchObject({ code: 'ANSIBLE_BROKEN', retryable: false });
    expect(error.message).toMatch(/great ended without having done anything on some host/);
  });

  it('that cannot be read is broken, with Ansible’s last words', async () => {
    const error = await faultOf(lab.run([{ name: 'Nonsense', 'ansible.builtin.no_such_module': {} }]));
    expect(error.code).toBe('ANSIBLE_BROKEN');
    expect(error.message).toContain('no_such_module');
  });

  it('changes nothing in a dry run', async () => {
    const file = join(lab.directory, 'dry');
    const touch = { name: 'Touch', 'ansible.builtin.copy': { content: 'x', dest: file, mode: '0600' } };
    const { result } = await lab.run([touch], { isDryRun: true });
    expect(result.hosts.one?.changed).toBe(1);
    expect(await stat(file).catch(() => 'nothing')).toBe('nothing');
  });
});

describe('names and variables', () => {
  const nasty = [
    '$(touch pwned)',
    '; touch pwned #',
    '`touch pwned`',
    '-e evil=1',
    '--limit=all',
    'it\'s "quoted"\n--become',
    "{{ lookup('pipe', 'touch pwned') }}",
    '{% raw %}',
    '[1, 2]',
    'café ☃',
    '@/etc/passwd',
    '',
  ];

  it('go to programs as they are, whatever a shell or Ansible would make of them', async () => {
    const where = join(lab.directory, 'arguments');
    const program = 'require("fs").writeFileSync(process.argv[1], JSON.stringify(process.argv.slice(2)))';
    const variables = { argv: [process.execPath, '-e', program, where, ...nasty], nested: { words: nasty } };
    const tasks = [
      { name: 'Run', 'ansible.builtin.command': { argv: '{{ argv }}' } },
      { name: 'Publish', 'ansible.builtin.set_fact': { salvor_facts: '{{ nested }}' } },
    ];
    const { result } = await lab.run(tasks, { inventory: inventoryOf(localHost('one', variables)) });
    expect(JSON.parse(await readFile(where, 'utf8'))).toEqual(nasty);
    expect(result.hosts.one?.facts).toEqual({ words: nasty });
  });

  it('of secrets are taken as they are too', async () => {
    const secrets = { token: "{{ lookup('pipe', 'id') }}" };
    const check = {
      name: 'Check',
      'ansible.builtin.assert': { that: `token | length == ${secrets.token.length}`, quiet: true },
    };
    expect((await lab.run([check], { secrets })).result.isGood).toBe(true);
  });

  it('of hosts that are called like a group mean the host', async () => {
    const inventory = inventoryOf(localHost('machines'), localHost('other'));
    const { result } = await lab.run([command('Look', 'true')], { inventory, hosts: ['machines'] });
    expect(Object.keys(result.hosts)).toEqual(['machines']);
    expect(result.hosts.machines?.changed).toBe(1);
  });

  it.each([
    ['a host', { inventory: inventoryOf(localHost('one,two')) }],
    ['a host called all', { inventory: inventoryOf(localHost('all')) }],
    ['an address', { inventory: inventoryOf({ ...localHost('one'), address: '-oProxyCommand=id' }) }],
    ['a user', { inventory: inventoryOf({ ...localHost('one'), user: '-l root' }) }],
    ['a tag', { tags: ['--become'] }],
    ['a playbook', { playbook: '../../etc/x.yaml' }],
    ['a host that is not there', { hosts: ['two'] }],
  ])('of %s that would mean something else are not taken', async (_, how) => {
    await expect(lab.run([say('Greet', 'hello')], how)).rejects.toThrow(RangeError);
  });
});

describe('secrets', () => {
  const secrets = { password: 'hunter2-"quoted"\\back' };

  it('are in no event, fact, failure or argument, and in a file nobody else can read', async () => {
    const look =
      'ls -lR "$HOME" | grep -c -- "-rw-------.*secrets.json"; cat /proc/[0-9]*/cmdline | grep -c "hunter[2]"';
    const tasks = [
      say('Tell', 'it is {{ password }}'),
      { name: 'Publish', 'ansible.builtin.set_fact': { salvor_facts: { it: 'is {{ password }}' } } },
      { ...command('See', 'sh', '-c', `${look}; true`), register: 'seen' },
      say('Show', '{{ seen.stdout }}'),
      { ...command('Fail', 'sh', '-c', 'printf %s "$0" >&2; exit 1', '{{ password }}') },
    ];
    const { result, events } = await lab.run(tasks, { secrets });
    const all = JSON.stringify([result, events]);
    expect(all).not.toContain('hunter2');
    expect(all).toContain('it is •••');
    expect(events.find(({ task, host }) => task === 'Show' && host)?.message).toBe('1\n0');
    expect(result.hosts.one?.failure?.message).toBe('(exit code 1) •••');
  });

  it('of a task with no_log are not told even where Salvor does not know them', async () => {
    const fail = { ...command('Fail', 'sh', '-c', 'echo unknown-secret; exit 1'), no_log: true };
    const { result, events } = await lab.run([fail]);
    expect(JSON.stringify([result, events])).not.toContain('unknown-secret');
    expect(result.hosts.one?.state).toBe('failed');
  });

  it('of the worker’s environment reach no playbook', async () => {
    process.env.SLACK_BOT_TOKEN = 'xoxb-secret';
    onTestFinished(() => void delete process.env.SLACK_BOT_TOKEN);
    const { events } = await lab.run([
      { ...command('Look', 'env'), register: 'seen' },
      say('Show', '{{ seen.stdout }}'),
    ]);
    expect(events.at(-1)?.message).toContain('LC_ALL=C.UTF-8');
    expect(JSON.stringify(events)).not.toContain('SLACK_BOT_TOKEN');
  });
});

describe('a playbook that goes on too long', () => {
  /** Writes its pid, then sleeps longer than any test. */
  const sleeper = (file: string) => command('Sleep', 'sh', '-c', 'echo $$ > "$0"; exec sleep 600', file);
  const isWritten = async (file: string) => (await readFile(file, 'utf8').catch(() => '')).endsWith('\n');
  const pidIn = async (file: string) => {
    await until(() => isWritten(file));
    return Number(await readFile(file, 'utf8'));
  };

  it('is ended at its time limit with all that it started, and says during what', async () => {
    const file = join(lab.directory, 'late');
    // On a busy machine it has not come to its task by then, and is given longer.
    const late = async (timeLimitMs: number): Promise<Fault> => {
      const error = await faultOf(lab.run([sleeper(file)], { timeLimitMs }));
      expect(error).toMatchObject({ code: 'ANSIBLE_TIME_LIMIT', retryable: false });
      expect(error.message).toContain(` was ended after ${durationInWords(timeLimitMs)}`);
      return (await isWritten(file)) ? error : late(timeLimitMs * 2);
    };
    expect((await late(2500)).message).toMatch(/^lab\/play-\d+\.yaml was ended after .* s during "Sleep"\.$/);
    expect(isAlive(await pidIn(file))).toBe(false);
  });

  it('is ended with all that it started when the run is aborted, for the reason of that', async () => {
    const file = join(lab.directory, 'aborted');
    const stop = new AbortController();
    const running = lab.run([sleeper(file)], { signal: stop.signal });
    running.catch(() => undefined);
    const pid = await pidIn(file);
    stop.abort(new Error('cancelled by alice'));
    await expect(running).rejects.toThrow('cancelled by alice');
    expect(isAlive(pid)).toBe(false);
  });

  it('is not even begun by a run that was aborted before', async () => {
    await expect(
      lab.run([say('Greet', 'hello')], { signal: AbortSignal.abort(new Error('too late')) }),
    ).rejects.toThrow('too late');
  });

  it('is ended when whoever listens throws', async () => {
    const onEvent = () => {
      throw new Error('the lease is lost');
    };
    await expect(lab.run([say('Greet', 'hello')], { onEvent })).rejects.toThrow('the lease is lost');
  });
});

describe('over ssh', () => {
  let server: SshServer;
  beforeAll(async () => {
    server = await startSshServer(join(lab.directory, 'sshd'));
  });
  afterAll(() => server.stop());

  const over = async (keys: HostKeys) => {
    const { port, user } = server;
    const hosts = ['one', 'two'].map((name) => ({ ...localHost(name), connection: 'ssh', port, user }) as const);
    const tasks = [
      { ...command('Look', 'sh', '-c', 'echo "$SSH_CONNECTION"'), register: 'seen' },
      say('Show', '{{ seen.stdout }}'),
    ];
    const events: AnsibleEvent[] = [];
    const request = await lab.request(tasks, {
      inventory: inventoryOf(...hosts),
      onEvent: (event) => events.push(event),
    });
    return { result: await lab.create({ hosts: { 'prod-1': keys } }).run(request), events };
  };

  it('a cluster’s hosts are reached with its key and its known hosts, and no connection is left', async () => {
    const { privateKey, knownHosts } = server;
    const { result, events } = await over({ privateKey, knownHosts });
    expect(result).toMatchObject({ isGood: true, hosts: { one: { changed: 1 }, two: { changed: 1 } } });
    expect(events.filter(({ host, task }) => host && task === 'Show').map(({ message }) => message)).toEqual([
      expect.stringContaining('127.0.0.1'),
      expect.stringContaining('127.0.0.1'),
    ]);
    await until(async () => (await server.connections()) === 0);
  });

  it('a host whose key is not known is not spoken to', async () => {
    const knownHosts = join(lab.directory, 'empty');
    await writeFile(knownHosts, '');
    const { result } = await over({ privateKey: server.privateKey, knownHosts });
    expect(result.hosts.one).toMatchObject({ state: 'unreachable' });
    expect(result.hosts.one?.failure?.message).toMatch(becauseOf('Host key verification failed'));
  });

  it('a host that does not take the key is said to be unreachable', async () => {
    const { strangersKey: privateKey, knownHosts } = server;
    const { result } = await over({ privateKey, knownHosts });
    expect(result.hosts.one).toMatchObject({ state: 'unreachable' });
    expect(result.hosts.one?.failure?.message).toMatch(becauseOf('Permission denied'));
  });
});

describe('a worker', () => {
  const worker = async (file: string): Promise<ChildProcess> => {
    const request = await lab.request([command('Sleep', 'sh', '-c', 'echo $$ > "$0"; exec sleep 600', file)]);
    const main = new URL('ansible-worker.ts', import.meta.url).pathname;
    const setup = {
      directory: lab.work,
      playbooks: join(lab.directory, 'playbooks'),
      path: process.env.PATH ?? '',
      hosts: {},
      silenceMs: 2000,
    };
    const child = spawn(process.execPath, [main, JSON.stringify({ setup, request })], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    await once(createInterface({ input: child.stdout }), 'line');
    await until(async () => (await readFile(file, 'utf8').catch(() => '')).endsWith('\n'));
    return child;
  };

  it('that is killed takes its playbook with it; what it left is removed by the next one', async () => {
    const file = join(lab.directory, 'killed');
    const child = await worker(file);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const pid = Number(await readFile(file, 'utf8'));
    await until(async () => !isAlive(pid));
    expect(await lab.left()).toHaveLength(1);
    const [left = ''] = await lab.left();
    expect((await stat(join(lab.work, left))).mode & 0o777).toBe(0o700);
    await lab.run([say('Greet', 'hello')]);
  });

  it('that is frozen for longer than a run stays its own finds its playbook ended', async () => {
    const file = join(lab.directory, 'frozen');
    const child = await worker(file);
    child.kill('SIGSTOP');
    const pid = Number(await readFile(file, 'utf8'));
    await until(async () => !isAlive(pid));
    child.kill('SIGCONT');
    const [code] = await once(child, 'exit');
    expect(code).toBe(3);
  });
});

describe('a worker without Ansible', () => {
  it('is told what to install', async () => {
    const error = await faultOf(lab.create({ path: lab.work }).run(await lab.request([say('Greet', 'hello')])));
    expect(error).toMatchObject({ code: 'ANSIBLE_MISSING', message: 'This worker has no ansible-playbook.' });
    expect(error.next).toContain('apt-get install --no-install-recommends ansible-core openssh-client');
  });

  it.each([
    ['ansible-playbook 2.9.27', 'is 2.9.27, and Salvor’s playbooks take 2.14 or newer.'],
    ['ansible-playbook [core 2.13.4]', 'is 2.13.4, and Salvor’s playbooks take 2.14 or newer.'],
    ['hello', 'does not tell its version: hello'],
  ])('that is new enough is told so: %s', async (version, words) => {
    const own = join(lab.directory, 'own');
    await mkdir(own, { recursive: true });
    await writeFile(join(own, 'ansible-playbook'), `#!/bin/sh\necho '${version}'\n`);
    await chmod(join(own, 'ansible-playbook'), 0o755);
    expect(await readdir(own)).toHaveLength(1);
    const error = await faultOf(lab.create({ path: own }).run(await lab.request([say('Greet', 'hello')])));
    expect(error).toMatchObject({ code: 'ANSIBLE_MISSING', message: `${own}/ansible-playbook ${words}` });
  });
});
