import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { HarborImage, HarborProject, HarborStatistics } from '../../ports/harbor.ts';
import { type Api, Name } from './api.ts';

const Project = z.object({ project_id: z.number(), name: Name, repo_count: z.number().default(0) });
const Repository = z.object({
  name: Name,
  artifact_count: z.number().optional(),
  tags_count: z.number().optional(),
});
/** A tag of 1.x. */
const Tag = z.object({ name: Name, digest: Name, signature: z.unknown() });
const Artifact = z.object({
  digest: Name,
  tags: z.array(z.object({ name: Name, signed: z.boolean().optional() })).nullish(),
});
const Chart = z.object({ total_versions: z.number() });
const Statistics = z.object({
  total_project_count: z.number().optional(),
  total_storage_consumption: z.number().optional(),
});
const Quota = z.object({ used: z.object({ storage: z.number().optional() }).optional() });

const projectsOf = (api: Api) => api.pages('/projects', Project, 'project:list');

/** Repositories of a project, with the project in their names. */
const repositoriesOf = (api: Api, { project_id, name }: z.infer<typeof Project>) =>
  api.isFirst
    ? api.pages(`/repositories?project_id=${project_id}`, Repository, 'repository:list')
    : api.pages(`/projects/${encodeURIComponent(name)}/repositories`, Repository, 'repository:list');

/** `overseeing` is the same as `api`, or the administrator. */
export async function statisticsIn(api: Api, overseeing: Api): Promise<HarborStatistics> {
  const counts = { projects: 0, repositories: 0 };
  for await (const page of projectsOf(api))
    for (const { repo_count } of page) {
      counts.projects += 1;
      counts.repositories += repo_count;
    }
  // Some versions answer robots 401 here. Source: goharbor/harbor#15624.
  const told = (await overseeing.read('/statistics', Statistics, 'statistics:read', [401, 403])) ?? {};
  const allProjects = told.total_project_count || undefined;
  const storageBytes = (told.total_storage_consumption || undefined) ?? (await quotaBytes(api));
  return { ...counts, allProjects, storageBytes };
}

/** Before 1.9 there are no quotas, and few accounts may see them. */
async function quotaBytes(api: Api): Promise<number | undefined> {
  const quotas = '/quotas?reference=project';
  if ((await api.read(quotas, z.unknown(), 'quota:list', [401, 403, 404])) === undefined) return undefined;
  let bytes = 0;
  for await (const page of api.pages(quotas, Quota, 'quota:list'))
    for (const { used } of page) bytes += used?.storage ?? 0;
  return bytes;
}

export async function* contentsOf(api: Api): AsyncIterable<HarborProject> {
  const counted = api.isFirst ? 'tags' : 'artifacts';
  for await (const page of projectsOf(api))
    for (const project of page) {
      const repositories: HarborProject['repositories'][number][] = [];
      for await (const some of repositoriesOf(api, project))
        for (const { name, artifact_count, tags_count } of some)
          repositories.push({ name, artifacts: (api.isFirst ? tags_count : artifact_count) ?? 0 });
      const charts = api.info.with_chartmuseum ? await chartsIn(api, project.name) : undefined;
      yield { project: project.name, repositories, counted, charts };
    }
}

async function chartsIn(api: Api, project: string): Promise<number | undefined> {
  const path = `/chartrepo/${encodeURIComponent(project)}/charts`;
  const charts = await api.read(path, z.array(Chart).nullable(), 'helm-chart:list', [404]);
  return charts?.reduce((sum, { total_versions }) => sum + total_versions, 0) ?? 0;
}

export async function signedTagsIn(api: Api): Promise<number> {
  if (!api.info.with_notary) return 0;
  let signed = 0;
  for await (const name of repositoryNames(api))
    for await (const page of taggedIn(api, name)) signed += page.filter(({ isSigned }) => isSigned).length;
  return signed;
}

export async function sampleOf(api: Api, count: number): Promise<readonly HarborImage[]> {
  const names = await Array.fromAsync(repositoryNames(api));
  const sample: HarborImage[] = [];
  for (const name of byHash(names, (one) => one)) {
    if (sample.length >= count) break;
    for await (const page of taggedIn(api, name)) {
      const [first] = byHash(page, ({ tag }) => tag);
      if (first) sample.push({ repository: name, tag: first.tag, digest: first.digest });
      break;
    }
  }
  return sample;
}

async function* repositoryNames(api: Api): AsyncIterable<string> {
  for await (const page of projectsOf(api))
    for (const project of page)
      for await (const some of repositoriesOf(api, project)) for (const { name } of some) yield name;
}

interface Tagged {
  readonly tag: string;
  readonly digest: string;
  readonly isSigned: boolean;
}

async function* taggedIn(api: Api, repository: string): AsyncIterable<readonly Tagged[]> {
  if (api.isFirst) {
    // All at once, whatever page is asked for.
    const path = `/repositories/${repository}/tags`;
    const tags = (await api.read(path, z.array(Tag).nullable(), 'repository:list')) ?? [];
    yield tags.map(({ name, digest, signature }) => ({ tag: name, digest, isSigned: Boolean(signature) }));
    return;
  }
  const [project = '', ...rest] = repository.split('/');
  // Twice: a proxy decodes once, and what is decoded twice may have slashes. Source: Harbor's API, repository_name.
  const name = encodeURIComponent(encodeURIComponent(rest.join('/')));
  const path = `/projects/${encodeURIComponent(project)}/repositories/${name}/artifacts?with_tag=true${api.info.with_notary ? '&with_signature=true' : ''}`;
  for await (const page of api.pages(path, Artifact, 'artifact:list'))
    yield page.flatMap(({ digest, tags }) =>
      (tags ?? []).map(({ name: tag, signed = false }) => ({ tag, digest, isSigned: signed })),
    );
}

/** In an order that nobody chose and that stays. */
function byHash<T>(all: readonly T[], nameOf: (one: T) => string): readonly T[] {
  const hash = (one: T) => createHash('sha256').update(nameOf(one)).digest('hex');
  const hashed = all.map((one) => ({ one, hash: hash(one) }));
  return hashed.toSorted((a, b) => (a.hash < b.hash ? -1 : 1)).map(({ one }) => one);
}
