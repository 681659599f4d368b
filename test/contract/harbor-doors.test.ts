import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makeCertificates } from '../../sandbox/certificates.ts';
import { changeState } from '../../sandbox/harbor/state.ts';
import { createHarbor } from '../../src/adapters/harbor.ts';
import type { Harbor } from '../../src/ports/harbor.ts';
import { admin, readingRights, robot, startForTest } from './harbor-house.ts';

const contents = (harbor: Harbor) => Array.fromAsync(harbor.contents('reg'));
const questions: readonly (readonly [string, (harbor: Harbor) => Promise<unknown>])[] = [
  ['system', (harbor) => harbor.system('reg')],
  ['statistics', (harbor) => harbor.statistics('reg')],
  ['contents', contents],
  ['sample', (harbor) => harbor.sample('reg', 3)],
  ['jobs', (harbor) => harbor.jobs('reg')],
  ['digest', (harbor) => harbor.digest('reg', 'secret/vault', '3')],
];

describe('whoever asks', () => {
  // Harbor tells strangers of its public projects, as if there were no others.
  it.for(
    ['1.10.19', '2.1.6', '2.10.3', '2.13.1'].flatMap((version) => questions.map((one) => [version, one] as const)),
  )('must be known to %s: %o', async ([version, [, ask]]) => {
    const { as } = await startForTest(version);
    const wrong = { username: 'admin', password: 'wrong' };
    await expect(ask(as({ api: wrong }))).rejects.toMatchObject({
      ...{ code: 'HARBOR_UNAUTHORIZED', retryable: false, port: 'harbor' },
      message: 'reg does not know admin, or not with this password (401).',
    });
  });

  it.for([
    ['repository:list', contents],
    ['artifact:list', (harbor: Harbor) => harbor.sample('reg', 20)],
    ['replication:list', (harbor: Harbor) => harbor.jobs('reg')],
    ['garbage-collection:list', (harbor: Harbor) => harbor.jobs('reg')],
    ['scan-all:read', (harbor: Harbor) => harbor.jobs('reg')],
    ['repository:pull', (harbor: Harbor) => harbor.digest('reg', 'secret/vault', '3')],
  ] as const)('without %s is told so', async ([right, ask]) => {
    const rights = readingRights.filter((one) => one !== right);
    const { as } = await startForTest('2.10.3', { robots: [{ name: 'less', secret: 'less', rights }] });
    const less = as({ api: { username: 'robot$less', password: 'less' } });
    await expect(ask(less)).rejects.toMatchObject({
      ...{ code: 'HARBOR_FORBIDDEN', next: `Give that account ${right}.` },
      message: expect.stringContaining(`reg refuses robot$less, who lacks ${right}: `),
    });
  });

  it('as a robot of before 2.10 that has rights of the system has none in projects', async () => {
    const { as } = await startForTest('2.9.4', { robots: [{ name: 'both', secret: 'both', rights: readingRights }] });
    const both = as({ api: { username: 'robot$both', password: 'both' } });
    expect(await both.jobs('reg')).toEqual([]);
    await expect(contents(both)).rejects.toMatchObject({
      code: 'HARBOR_FORBIDDEN',
      next: 'Give that account repository:list; before 2.10 a robot that has rights of the system has none in projects.',
    });
  });

  it('without quota:list sees no bytes, and the rest', async () => {
    const rights = readingRights.filter((one) => one !== 'quota:list');
    const { as } = await startForTest('2.10.3', { robots: [{ name: 'less', secret: 'less', rights }] });
    const { projects, storageBytes } = await as({ api: { username: 'robot$less', password: 'less' } }).statistics(
      'reg',
    );
    expect([projects, storageBytes]).toEqual([3, undefined]);
  });

  it('as the robot of a project sees that project, and what is public', async () => {
    const own = { name: 'one', secret: 'one', project: 'secret', rights: readingRights };
    const { as } = await startForTest('2.10.3', { robots: [own] });
    const seen = await contents(as({ api: { username: 'robot$secret+one', password: 'one' } }));
    expect(seen.map((one) => one.project)).toEqual(['library', 'secret']);
  });

  it('must be an administrator for what runs in 1.x', async () => {
    const { as } = await startForTest('1.10.19');
    await expect(as({ api: { username: 'anna', password: admin.password } }).jobs('reg')).rejects.toMatchObject({
      ...{ code: 'HARBOR_FORBIDDEN', next: 'Give it an admin in salvor.yaml.' },
    });
  });
});

describe('a registry that does not answer', () => {
  it.for(questions)('is said to be unreachable: %o', async ([, ask]) => {
    const { harbor, stateDir } = await startForTest('2.10.3');
    changeState(stateDir, { isUp: false });
    await expect(ask(harbor)).rejects.toMatchObject({ code: 'HARBOR_UNREACHABLE', retryable: true });
    changeState(stateDir, { isUp: true });
    await expect(ask(harbor)).resolves.toBeDefined();
  });

  it.for(questions)('has no core yet, or no database: %o', async ([, ask]) => {
    const { harbor, stateDir, state } = await startForTest('2.10.3');
    for (const broken of [{ database: null }, { components: { ...state.components, core: 'starting' } }]) {
      changeState(stateDir, { ...state, ...broken });
      await expect(ask(harbor)).rejects.toMatchObject({ code: 'HARBOR_ANSWER', retryable: true });
    }
  });

  it('cannot read its database', async () => {
    const { harbor, stateDir, state } = await startForTest('2.10.3');
    changeState(stateDir, { components: { ...state.components, database: 'failed to ping' } });
    await expect(harbor.statistics('reg')).rejects.toMatchObject({
      ...{ code: 'HARBOR_ANSWER', retryable: true },
      message: 'reg answers 500 to /api/v2.0/projects: UNKNOWN: internal server error.',
    });
    expect((await harbor.health('reg')).isHealthy).toBe(false);
  });

  it('is another server', async () => {
    const { as } = await startForTest('2.10.3');
    for (const [status, body] of [
      [200, '<html>Hello</html>'],
      [200, '{}'],
      [404, 'nothing here'],
      [302, ''],
    ] as const) {
      const other = createServer((_, response) =>
        response.writeHead(status, { location: 'https://elsewhere' }).end(body),
      );
      const url = await listening(other);
      await expect(as({ url }).system('reg')).rejects.toMatchObject({ code: 'HARBOR_ANSWER', retryable: false });
    }
  });
});

it('is not waited for without end, nor read', async () => {
  const other = createServer((request, response) => {
    if (!request.url?.startsWith('/api/v2.0/health')) return;
    response.write('{');
    for (let mebibytes = 0; mebibytes < 20; mebibytes += 1) response.write(' '.repeat(1024 * 1024));
    response.end('}');
  });
  const url = await listening(other);
  const harbor = createHarbor({ reg: { url, allowHttp: true, api: robot } }, { infoMs: 300 });
  await expect(harbor.system('reg')).rejects.toMatchObject({
    ...{ code: 'HARBOR_TIMEOUT', retryable: true },
    message: 'reg did not answer /api/v2.0/systeminfo within 300 ms.',
  });
  const patient = createHarbor({ reg: { url, allowHttp: true, api: robot } });
  await expect(patient.health('reg')).rejects.toMatchObject({
    ...{ code: 'HARBOR_ANSWER' },
    message: 'What answers for reg is no Harbor as we know it: its answer is longer than 16.0 MiB.',
  });
});

describe('credentials', () => {
  it('go over plain http only where that is allowed, and to no registry that nobody named', async () => {
    const { as, harbor, server } = await startForTest('2.10.3');
    await expect(as({ allowHttp: false }).system('reg')).rejects.toMatchObject({ code: 'HARBOR_CONFIG' });
    await expect(as({ url: 'registry.example.com' }).system('reg')).rejects.toMatchObject({ code: 'HARBOR_CONFIG' });
    await expect(harbor.system('other')).rejects.toMatchObject({ code: 'HARBOR_CONFIG' });
    expect(server.asked).toEqual([]);
  });

  it('go to no other host that the registry sends for a token to', async () => {
    const { harbor } = await startForTest('2.10.3', { server: { externalUrl: 'https://registry.example.com' } });
    await expect(harbor.digest('reg', 'secret/vault', '3')).rejects.toMatchObject({
      code: 'HARBOR_CONFIG',
      message: expect.stringMatching(
        /^reg is not asked: it is asked at http:\/\/127\.0\.0\.1:\d+ and sends to https:\/\/registry\.example\.com, where credentials do not go\.$/,
      ),
      next: 'Make its url in salvor.yaml the external_url of Harbor.',
    });
  });

  it('go to whom the given authority vouches for, and to no other', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-ca-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const { ca, server: certificate, stranger } = await makeCertificates(directory);
    const { server } = await startForTest('2.10.3', { server: { tls: certificate } });
    const by = (path: string | undefined) =>
      createHarbor({ reg: { url: server.url, ca: path, api: robot } }).system('reg');
    expect((await by(ca.certificateFile)).version).toBe('2.10.3');
    for (const other of [undefined, stranger.certificateFile])
      await expect(by(other)).rejects.toMatchObject({ code: 'HARBOR_UNREACHABLE' });
    await expect(by(join(directory, 'none'))).rejects.toMatchObject({ code: 'HARBOR_CONFIG' });
  });
});

async function listening(server: Server): Promise<string> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`;
}
