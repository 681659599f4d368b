import { z } from 'zod';
import { changeState, type Project, type Repository, type State } from '../state.ts';
import { isAtLeast } from '../version.ts';
import { type Answer, type Call, HarborError, isSince, notFound } from './call.ts';
import { mayInSystem, requireInProject, requireInSystem, requireKnown, sees } from './who.ts';

// What 1.x and 2.x answer alike.

/** Which of its optional components run; a Harbor that no longer has one does not start it. */
export const runs = ({ components, version }: State, name: 'notary' | 'chartmuseum' | 'clair'): boolean =>
  name in components && !isAtLeast(version, { notary: '2.9', chartmuseum: '2.8', clair: '2.2' }[name]);

export function systemInfo(call: Call): Answer {
  const { state, who } = call;
  const isKnown = who.kind !== 'stranger' || !isSince(call, '2.2');
  const told = {
    ...{ auth_mode: 'db_auth', self_registration: false },
    ...(isKnown || !isSince(call, '2.13') ? { harbor_version: `v${state.version}-6dd2ae90` } : {}),
  };
  if (!isKnown) return { json: told };
  return {
    json: {
      ...told,
      ...{ registry_url: new URL(call.externalUrl).host, external_url: call.externalUrl, has_ca_root: false },
      ...{ project_creation_restriction: 'everyone', registry_storage_provider_name: 'filesystem' },
      read_only: state.readOnly,
      ...(isSince(call, '2.9') ? {} : { with_notary: runs(state, 'notary') }),
      ...(isSince(call, '2.8') ? {} : { with_chartmuseum: runs(state, 'chartmuseum') }),
      ...(isSince(call, '2.2') ? {} : { with_clair: runs(state, 'clair') }),
    },
  };
}

export function health({ state }: Call): Answer {
  const components = Object.entries(state.components).map(([name, said]) =>
    said === 'healthy' ? { name, status: 'healthy' } : { name, status: 'unhealthy', error: said },
  );
  const isHealthy = components.every(({ status }) => status === 'healthy');
  return { json: { status: isHealthy ? 'healthy' : 'unhealthy', components } };
}

/** Totals are for administrators; a robot learns of what is public. */
export function statistics(call: Call): Answer {
  requireKnown(call);
  const { projects } = call.database;
  const open = projects.filter(({ isPublic }) => isPublic);
  const repositories = (some: readonly Project[]) => some.reduce((sum, one) => sum + one.repositories.length, 0);
  const isAll = mayInSystem(call, 'statistics:read');
  const closed = isAll ? projects.length - open.length : 0;
  return {
    json: {
      ...{ public_project_count: open.length, public_repo_count: repositories(open), private_project_count: closed },
      private_repo_count: isAll ? repositories(projects) - repositories(open) : 0,
      ...(isAll ? { total_project_count: projects.length, total_repo_count: repositories(projects) } : {}),
      ...(isAll && isSince(call, '2.3') ? { total_storage_consumption: bytesIn(projects) } : {}),
    },
  };
}

export const bytesIn = (projects: readonly Project[]): number =>
  projects.reduce((sum, one) => sum + bytesInProject(one), 0);

const bytesInProject = ({ repositories }: Project): number =>
  repositories.flatMap(({ artifacts }) => artifacts).reduce((sum, { size }) => sum + size, 0);

export const visibleProjects = (call: Call): readonly Project[] =>
  call.database.projects.filter((project) => sees(call, project));

export const idOf = (call: Call, project: Project): number => call.database.projects.indexOf(project) + 1;

/** Those besides the first administrator. */
export function users(call: Call): readonly unknown[] {
  requireInSystem(call, 'user:list');
  const names = call.database.users.map((user) => (typeof user === 'string' ? user : user.name));
  return names.filter((name) => name !== 'admin').map((username, at) => ({ user_id: at + 3, username }));
}

export function quotas(call: Call): readonly unknown[] {
  requireInSystem(call, 'quota:list');
  return call.database.projects.map((project) => ({
    ...{ id: idOf(call, project), ref: { id: idOf(call, project), name: project.name } },
    ...{ hard: { storage: -1 }, used: { storage: bytesInProject(project) } },
  }));
}

export function jobsOf({ state }: Call, kind: State['jobs'][number]['kind']): State['jobs'] {
  return state.jobs.filter((job) => job.kind === kind);
}

export function executions(call: Call): readonly unknown[] {
  requireInSystem(call, 'replication:list');
  const status = call.query.get('status');
  const all = jobsOf(call, 'replication').map(({ id, since }) => ({
    ...{ id, policy_id: 1, status: 'InProgress', trigger: 'manual', start_time: since, total: 1, in_progress: 1 },
  }));
  return all.filter((one) => status === null || one.status === status);
}

/** With whom it replicates. */
export function registries(call: Call): readonly unknown[] {
  requireInSystem(call, 'registry:list');
  return call.state.partners.map((one, at) => ({ id: at + 1, ...one, insecure: false, status: 'healthy' }));
}

/** As they were called before 1.8, when there were two kinds. */
export function targets(call: Call): readonly unknown[] {
  requireInSystem(call, 'replication-target:list');
  return call.state.partners.map(({ name, url, type }, at) => ({
    ...{ id: at + 1, name, endpoint: url, type: type === 'harbor' ? 0 : 1, username: 'replicator', password: '' },
  }));
}

export function garbageCollections(call: Call): readonly unknown[] {
  requireInSystem(call, 'garbage-collection:list');
  const isNew = isSince(call, '2.0');
  const name = isNew ? 'GARBAGE_COLLECTION' : 'IMAGE_GC';
  const done = { id: 1, job_name: name, job_kind: 'Manual', job_status: isNew ? 'Success' : 'finished' };
  const running = jobsOf(call, 'gc').map(({ id, since }) => ({
    ...{ id, job_name: name, job_kind: 'Manual', job_status: isNew ? 'Running' : 'running', creation_time: since },
  }));
  return [...running, { ...done, creation_time: '2026-01-01T00:00:00.000Z' }];
}

/** 412 without a scanner. */
export function scanMetrics(call: Call): Answer {
  requireInSystem(call, 'scan-all:read');
  if (!('trivy' in call.state.components || runs(call.state, 'clair')))
    throw new HarborError(412, 'PRECONDITION', "no scanner is configured, it's not possible to scan");
  const ongoing = jobsOf(call, 'scan').length > 0;
  const completed = ongoing ? 3 : 10;
  return { json: { total: 10, completed, metrics: {}, ...(isSince(call, '2.1') ? { ongoing } : {}) } };
}

export function configurations(call: Call): Answer {
  requireInSystem(call, 'configuration:read');
  return { json: { read_only: { value: call.state.readOnly, editable: true } } };
}

const Configurations = z.object({ read_only: z.boolean().optional() });

export function configure(call: Call): Answer {
  requireInSystem(call, 'configuration:update');
  const { data } = Configurations.safeParse(json(call));
  if (data?.read_only === undefined) throw new HarborError(400, 'BAD_REQUEST', 'Missing configuration item');
  changeState(call.stateDir, { readOnly: data.read_only });
  return {};
}

function json({ body }: Call): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new HarborError(400, 'BAD_REQUEST', 'the request body is no JSON');
  }
}

export function charts(call: Call, name: string): Answer {
  if (!runs(call.state, 'chartmuseum')) throw notFound(call.path);
  const project = projectOf(call, name);
  requireInProject(call, project, 'helm-chart:list');
  const versions = Map.groupBy(
    call.database.charts.filter((chart) => chart.project === name),
    (chart) => chart.name,
  );
  return { json: [...versions].map(([chart, some]) => ({ name: chart, total_versions: some.length })) };
}

/** Who may not list it does not learn whether it is there. */
export function projectOf(call: Call, name: string): Project {
  const project = call.database.projects.find((one) => one.name === name);
  if (project) return project;
  requireKnown(call);
  throw new HarborError(403, 'FORBIDDEN', 'forbidden');
}

export function repositoryOf(call: Call, name: string): Repository {
  const project = call.database.projects.find((one) => name.startsWith(`${one.name}/`));
  const repository = project?.repositories.find((one) => one.name === name);
  if (!repository) throw notFound(`repository ${name}`);
  return repository;
}
