import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HarborOptions, type SandboxHarbor, startHarbor } from '../../sandbox/harbor/api/server.ts';
import { usualPassword } from '../../sandbox/harbor/api/who.ts';
import { type Fill, fillHarbor, makeImage, makeIndex } from '../../sandbox/harbor/fill.ts';
import type { Robot, State } from '../../sandbox/harbor/state.ts';
import { createHarbor, type HarborAccess } from '../../src/adapters/harbor.ts';
import type { Harbor } from '../../src/ports/harbor.ts';

/** What Salvor reads in projects, and all that it reads. */
const inProjects = ['repository:list', 'repository:pull', 'artifact:list', 'helm-chart:list'];
export const readingRights = [
  ...['project:list', 'replication:list', 'garbage-collection:list', 'scan-all:read', 'quota:list'],
  ...inProjects,
];

export const admin = { username: 'admin', password: usualPassword };
export const robot = { username: 'robot$salvor', password: 'a-robot-secret' };

export interface HarborHouse {
  readonly harbor: Harbor;
  readonly server: SandboxHarbor;
  readonly stateDir: string;
  readonly dataDir: string;
  readonly state: State;
  /** Another account, another way. */
  as(access: Partial<HarborAccess>): Harbor;
  stop(): Promise<void>;
}

/** A Harbor of its own with three projects, and Salvor's robot; before 2.2 an administrator reads. */
export async function startHarborHouse(
  version: string,
  {
    robots = [],
    server: options = {},
    ...fill
  }: Partial<Omit<Fill, 'version'>> & {
    readonly robots?: readonly Robot[];
    readonly server?: Partial<HarborOptions>;
  } = {},
): Promise<HarborHouse> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-'));
  const [stateDir, dataDir] = [join(directory, 'state'), join(directory, 'data')];
  const state = fillHarbor({
    ...{ stateDir, dataDir, version, databaseDir: 'database/pg15', postgres: '15' },
    // Before 2.10 no robot has both kinds.
    contents: (storage) => contents(storage, /^2\.\d\./.test(version) ? inProjects : readingRights, robots),
    ...fill,
  });
  const server = await startHarbor({ stateDir, ...options });
  const isOld = /^(1\.|2\.[01]\.)/.test(version);
  const usual: HarborAccess = { url: server.url, allowHttp: true, api: isOld ? admin : robot };
  const as = (access: Partial<HarborAccess>) => createHarbor({ reg: { ...usual, ...access } });
  return {
    ...{ harbor: as({ admin }), server, stateDir, dataDir, state, as },
    async stop() {
      await server.stop();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** The same, until the test is over. */
export async function startForTest(...which: Parameters<typeof startHarborHouse>): Promise<HarborHouse> {
  const house = await startHarborHouse(...which);
  onTestFinished(() => house.stop());
  return house;
}

/** Fifteen repositories in library, one of them with an index; a private project, and an empty one. */
function contents(storage: string, rights: readonly string[], robots: readonly Robot[]) {
  const many = Array.from({ length: 12 }, (_, at) => `library/app-${at}`);
  const image = makeImage(storage, 'library/multi', []);
  return {
    projects: [
      {
        ...{ name: 'library', isPublic: true },
        repositories: [
          ...many.map((name) => ({ name, artifacts: [makeImage(storage, name, ['1.0', 'latest'])] })),
          { name: 'library/deep/er/nginx', artifacts: [makeImage(storage, 'nginx', ['1.27'], true)] },
          { name: 'library/multi', artifacts: [makeIndex(storage, [image], ['2'])] },
          { name: 'library/untagged', artifacts: [makeImage(storage, 'untagged', [])] },
        ],
      },
      {
        ...{ name: 'secret', isPublic: false },
        repositories: [{ name: 'secret/vault', artifacts: [makeImage(storage, 'vault', ['3'])] }],
      },
      { name: 'salvor-probe', isPublic: false, repositories: [] },
    ],
    users: ['admin', 'anna', 'bert'],
    robots: [
      { name: 'salvor', secret: robot.password, rights: [...rights] },
      {
        name: 'probe',
        secret: 'probe-secret',
        project: 'salvor-probe',
        rights: ['repository:push', 'repository:pull'],
      },
      ...robots,
    ],
    charts: [
      { project: 'library', name: 'redis', version: '1.0.0' },
      { project: 'library', name: 'redis', version: '1.0.1' },
      { project: 'secret', name: 'vault', version: '0.1.0' },
    ],
  };
}

export const probe = { username: 'robot$salvor-probe+probe', password: 'probe-secret', project: 'salvor-probe' };
