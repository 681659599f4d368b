import type { Database, Project, Robot, State } from '../state.ts';
import { isAtLeast } from '../version.ts';
import { type Call, HarborError, isSince } from './call.ts';

/** Who asks. A token is of the registry alone, and has rights of its own. */
export type Who =
  | { readonly kind: 'stranger' }
  | { readonly kind: 'user'; readonly name: string; readonly isAdmin: boolean }
  | { readonly kind: 'robot'; readonly name: string; readonly robot: Robot };

/** Of the first administrator, and of users that are names alone. */
export const usualPassword = 'Harbor12345';

/** Wrong credentials are a stranger's, who is told what is public: Harbor refuses only what is not. */
export function whoIs(authorization: string | undefined, state: State, database: Database): Who {
  const encoded = /^Basic (.+)$/.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return { kind: 'stranger' };
  const [, name = '', password = ''] = /^([^:]*):(.*)$/s.exec(Buffer.from(encoded, 'base64').toString()) ?? [];
  const robot = database.robots.find((one) => nameOf(one, state.version) === name && one.secret === password);
  if (robot) return { kind: 'robot', name, robot };
  for (const user of database.users) {
    const { name: known, password: right, isAdmin } = typeof user === 'string' ? usual(user) : user;
    if (known === name && right === password) return { kind: 'user', name, isAdmin };
  }
  return { kind: 'stranger' };
}

const usual = (name: string) => ({ name, password: usualPassword, isAdmin: name === 'admin' });

/** Robots of the whole system come with 2.2, and then those of projects have their project in their names. */
function nameOf({ name, project }: Robot, version: string): string | undefined {
  const isNew = isAtLeast(version, '2.2');
  if (project === undefined) return isNew ? `robot$${name}` : undefined;
  return isNew ? `robot$${project}+${name}` : `robot$${name}`;
}

/** Rights of the system that a robot can have. Source: goharbor/harbor src/common/rbac/const.go, PoliciesMap. */
const systemRights = new Set([
  ...[
    'project:list',
    'replication:list',
    'garbage-collection:list',
    'scan-all:read',
    'quota:list',
    'catalog:read',
    'registry:list',
  ],
]);

/** What anybody may in a public project. */
const publicRights = new Set(['repository:list', 'repository:pull', 'artifact:list', 'tag:list', 'helm-chart:list']);

const isAdmin = (who: Who): boolean => who.kind === 'user' && who.isAdmin;

export function mayInSystem({ who }: Pick<Call, 'who'>, right: string): boolean {
  if (isAdmin(who)) return true;
  return (
    who.kind === 'robot' &&
    who.robot.project === undefined &&
    systemRights.has(right) &&
    who.robot.rights.includes(right)
  );
}

export function mayInProject({ who, state }: Pick<Call, 'who' | 'state'>, project: Project, right: string): boolean {
  if (isAdmin(who) || (project.isPublic && publicRights.has(right))) return true;
  if (who.kind !== 'robot') return false;
  const { robot } = who;
  const isItsOwn = robot.project === undefined ? coversAll(robot, state) : robot.project === project.name;
  // Whoever may push may pull.
  const rights = robot.rights.flatMap((one) => (one === 'repository:push' ? [one, 'repository:pull'] : [one]));
  return isItsOwn && rights.includes(right);
}

/** Before 2.10 a robot that has any right of the system has none in projects. Source: goharbor/harbor#17613. */
const coversAll = ({ rights }: Robot, { version }: State): boolean =>
  isAtLeast(version, '2.10') || !rights.some((right) => systemRights.has(right));

/** A robot sees the projects that it covers, besides the public ones. */
export const sees = ({ who }: Call, { name, isPublic }: Project): boolean =>
  isPublic || isAdmin(who) || (who.kind === 'robot' && (who.robot.project === undefined || who.robot.project === name));

export function requireKnown({ who }: Pick<Call, 'who'>): void {
  if (who.kind === 'stranger') throw new HarborError(401, 'UNAUTHORIZED', 'unauthorized');
}

export function requireInSystem(call: Call, right: string): void {
  requireKnown(call);
  if (!mayInSystem(call, right)) throw forbidden(call);
}

export function requireInProject(call: Call, project: Project, right: string): void {
  if (mayInProject(call, project, right)) return;
  requireKnown(call);
  throw forbidden(call);
}

/** 1.x says whom it forbids it. */
function forbidden(call: Call): HarborError {
  const name = call.who.kind === 'stranger' ? '' : call.who.name;
  return new HarborError(403, 'FORBIDDEN', isSince(call, '2.0') ? 'forbidden' : name);
}
