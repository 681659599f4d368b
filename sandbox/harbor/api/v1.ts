import { type Call, HarborError, isSince, notFound, type Route } from './call.ts';
import { paged } from './pages.ts';
import * as shared from './shared.ts';
import { requireInProject, requireInSystem } from './who.ts';

/** /api of before 2.0. Source: goharbor/harbor docs/swagger.yaml at v1.10. */
export const routes: readonly Route[] = [
  ['GET', /^\/api\/ping$/, () => ({ json: 'Pong' })],
  ['GET', /^\/api\/systeminfo$/, shared.systemInfo],
  ['GET', /^\/api\/health$/, since('1.8', shared.health)],
  ['GET', /^\/api\/statistics$/, shared.statistics],
  ['GET', /^\/api\/projects$/, projects],
  ['GET', /^\/api\/repositories$/, repositories],
  ['GET', /^\/api\/repositories\/(.+)\/tags$/, tags],
  ['GET', /^\/api\/users$/, (call) => paged(call, shared.users(call))],
  ['GET', /^\/api\/quotas$/, since('1.9', (call) => paged(call, shared.quotas(call)))],
  ['GET', /^\/api\/replication\/executions$/, since('1.8', (call) => paged(call, shared.executions(call)))],
  ['GET', /^\/api\/targets$/, until('1.8', (call) => ({ json: shared.targets(call) }))],
  ['GET', /^\/api\/registries$/, since('1.8', (call) => paged(call, shared.registries(call)))],
  ['GET', /^\/api\/policies\/replication$/, until('1.8', policies)],
  ['GET', /^\/api\/jobs\/replication$/, until('1.8', replicationJobs)],
  ['GET', /^\/api\/system\/gc$/, since('1.7', (call) => ({ json: shared.garbageCollections(call) }))],
  ['GET', /^\/api\/scans\/all\/metrics$/, since('1.10', shared.scanMetrics)],
  ['GET', /^\/api\/configurations$/, shared.configurations],
  ['PUT', /^\/api\/configurations$/, shared.configure],
  ['GET', /^\/api\/chartrepo\/([^/]+)\/charts$/, (call, name = '') => shared.charts(call, name)],
];

type Answering = Route[2];

function since(version: string, answer: Answering): Answering {
  return (call, ...parts) => {
    if (isSince(call, version)) return answer(call, ...parts);
    throw notFound(call.path);
  };
}

function until(version: string, answer: Answering): Answering {
  return (call, ...parts) => {
    if (!isSince(call, version)) return answer(call, ...parts);
    throw notFound(call.path);
  };
}

function projects(call: Call) {
  const museum = shared.runs(call.state, 'chartmuseum');
  return paged(
    call,
    shared.visibleProjects(call).map((one) => ({
      ...{ project_id: shared.idOf(call, one), name: one.name, repo_count: one.repositories.length },
      metadata: { public: String(one.isPublic) },
      ...(museum ? { chart_count: call.database.charts.filter(({ project }) => project === one.name).length } : {}),
    })),
  );
}

function repositories(call: Call) {
  const id = Number(call.query.get('project_id'));
  if (!(id > 0)) throw new HarborError(400, 'BAD_REQUEST', `invalid project_id ${call.query.get('project_id') ?? ''}`);
  const project = call.database.projects[id - 1];
  if (!project) throw notFound(`project ${id}`);
  requireInProject(call, project, 'repository:list');
  return paged(
    call,
    project.repositories.map(({ name, artifacts }, place) => ({
      ...{ id: place + 1, name, project_id: id, tags_count: artifacts.flatMap((one) => one.tags).length },
    })),
  );
}

/** All at once. An artifact without a tag is not seen. */
function tags(call: Call, name = '') {
  const project = call.database.projects.find((one) => name.startsWith(`${one.name}/`));
  if (!project) throw notFound(`project ${name.split('/')[0]}`);
  requireInProject(call, project, 'repository:list');
  const hasNotary = shared.runs(call.state, 'notary');
  const { artifacts } = shared.repositoryOf(call, name);
  const json = artifacts.flatMap(({ digest, size, signed, tags: names }) =>
    names.map((tag) => ({
      ...{ digest, name: tag, size, signature: hasNotary && signed ? { tag, hashes: { sha256: digest } } : null },
    })),
  );
  return { json };
}

/** One for each that runs. */
function policies(call: Call) {
  requireInSystem(call, 'replication-policy:list');
  return { json: shared.jobsOf(call, 'replication').map(({ id }) => ({ id, name: `policy ${id}` })) };
}

function replicationJobs(call: Call) {
  requireInSystem(call, 'replication:list');
  const policy = Number(call.query.get('policy_id'));
  if (!(policy > 0)) throw new HarborError(400, 'BAD_REQUEST', 'invalid policy_id');
  const jobs = shared.jobsOf(call, 'replication').filter(({ id }) => id === policy);
  return paged(
    call,
    jobs.map(({ id, since: at }) => ({ id, policy_id: policy, status: 'running', creation_time: at })),
  );
}

export const absent = ({ path }: Call) => notFound(path);
