import { type Call, HarborError, notFound, type Route } from './call.ts';
import { paged } from './pages.ts';
import * as shared from './shared.ts';
import { requireInProject, requireKnown, sees } from './who.ts';

const root = '/api/v2\\.0';
const at = (path: string): RegExp => new RegExp(`^${root}${path}$`);

/** /api/v2.0. Source: goharbor/harbor api/v2.0/swagger.yaml. */
export const routes: readonly Route[] = [
  ['GET', /^\/api\/version$/, () => ({ json: { version: 'v2.0' } })],
  ['GET', at('/ping'), () => ({ json: 'Pong' })],
  ['GET', at('/systeminfo'), shared.systemInfo],
  ['GET', at('/health'), shared.health],
  ['GET', at('/statistics'), shared.statistics],
  [
    'GET',
    at('/projects'),
    (call) =>
      paged(
        call,
        shared.visibleProjects(call).map((one) => projectJson(call, one)),
      ),
  ],
  ['GET', at('/projects/([^/]+)'), project],
  ['GET', at('/projects/([^/]+)/repositories'), (call, name = '') => paged(call, repositories(call, name))],
  ['GET', at('/projects/([^/]+)/repositories/([^/]+)/artifacts'), artifacts],
  ['GET', at('/users'), (call) => paged(call, shared.users(call))],
  ['GET', at('/users/current'), currentUser],
  ['GET', at('/quotas'), (call) => paged(call, shared.quotas(call))],
  ['GET', at('/registries'), (call) => paged(call, shared.registries(call))],
  ['GET', at('/replication/executions'), (call) => paged(call, shared.executions(call))],
  ['GET', at('/system/gc'), (call) => paged(call, shared.garbageCollections(call))],
  ['GET', at('/scans/all/metrics'), shared.scanMetrics],
  ['GET', at('/configurations'), shared.configurations],
  ['PUT', at('/configurations'), shared.configure],
  ['GET', /^\/api\/chartrepo\/([^/]+)\/charts$/, (call, name = '') => shared.charts(call, name)],
];

const projectJson = (call: Call, one: ReturnType<typeof shared.projectOf>) => ({
  ...{ project_id: shared.idOf(call, one), name: one.name, repo_count: one.repositories.length },
  metadata: { public: String(one.isPublic) },
});

function project(call: Call, name = '') {
  const found = shared.projectOf(call, name);
  if (!sees(call, found)) {
    requireKnown(call);
    throw new HarborError(403, 'FORBIDDEN', 'forbidden');
  }
  return { json: projectJson(call, found) };
}

function repositories(call: Call, name: string) {
  const found = shared.projectOf(call, name);
  requireInProject(call, found, 'repository:list');
  return found.repositories.map((one, place) => ({
    ...{ id: place + 1, project_id: shared.idOf(call, found), name: one.name },
    ...(one.artifacts.length > 0 ? { artifact_count: one.artifacts.length } : {}),
  }));
}

/** The name of a repository comes encoded twice: what is encoded once has become a path of more parts here, which nothing answers. */
function artifacts(call: Call, name = '', repository = '') {
  const found = shared.projectOf(call, name);
  requireInProject(call, found, 'artifact:list');
  const { artifacts: all } = shared.repositoryOf(call, `${name}/${decodeURIComponent(repository)}`);
  const isSigned = call.query.get('with_signature') === 'true' && shared.runs(call.state, 'notary');
  const tagsOf = ({ tags, signed }: (typeof all)[number]) =>
    tags.length === 0 ? null : tags.map((tag) => ({ name: tag, ...(isSigned ? { signed } : {}) }));
  const isTagged = call.query.get('with_tag') !== 'false';
  return paged(
    call,
    all.map((one) => ({
      ...{ digest: one.digest, size: one.size, type: 'IMAGE', tags: isTagged ? tagsOf(one) : null },
    })),
  );
}

function currentUser(call: Call) {
  requireKnown(call);
  if (call.who.kind !== 'user')
    throw new HarborError(412, 'PRECONDITION', 'get current user not available for security context: robot');
  return { json: { username: call.who.name, sysadmin_flag: call.who.isAdmin } };
}

export const absent = ({ path }: Call) => notFound(`path ${path} was`);
