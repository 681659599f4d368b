import { z } from 'zod';
import { Fault } from '../../../chatops/errors.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Harbor } from '../../../ports/harbor.ts';

/** What a registry holds, as far as the account sees: taken before each version is stopped, and compared once the next is healthy. */
export const Holdings = z.object({
  version: z.string(),
  /** Artifacts cannot be compared with tags: 1.x counts those. */
  counted: z.enum(['artifacts', 'tags']),
  projects: z.array(z.object({ name: z.string(), repositories: z.number(), artifacts: z.number() })).readonly(),
  /** Absent where nobody tells: only administrators see them. */
  users: z.number().optional(),
  sample: z.array(z.object({ repository: z.string(), tag: z.string(), digest: z.string() })).readonly(),
});
export type Holdings = z.infer<typeof Holdings>;

const sampleSize = 20;

/** Throws what the port throws, but for users, who are seen by administrators alone. */
export async function readHoldings(harbor: Harbor, registry: string, options: AskOptions = {}): Promise<Holdings> {
  const { version } = await harbor.system(registry, options);
  const projects: { name: string; repositories: number; artifacts: number }[] = [];
  let counted: Holdings['counted'] = 'artifacts';
  for await (const { project, repositories, counted: by } of harbor.contents(registry, options)) {
    counted = by;
    const artifacts = repositories.reduce((sum, one) => sum + one.artifacts, 0);
    projects.push({ name: project, repositories: repositories.length, artifacts });
  }
  const sample = await harbor.sample(registry, sampleSize, options);
  const users = await usersOf(harbor, registry, options);
  return { version, counted, projects, ...(users === undefined ? {} : { users }), sample };
}

async function usersOf(harbor: Harbor, registry: string, options: AskOptions): Promise<number | undefined> {
  try {
    return await harbor.users(registry, options);
  } catch (error) {
    if (error instanceof Fault && error.code === 'HARBOR_FORBIDDEN') return undefined;
    throw error;
  }
}

/** Over all its projects. */
export const totalsOf = ({ projects }: Holdings) => ({
  projects: projects.length,
  repositories: projects.reduce((sum, one) => sum + one.repositories, 0),
  artifacts: projects.reduce((sum, one) => sum + one.artifacts, 0),
});
