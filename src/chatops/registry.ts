import { readdir } from 'node:fs/promises';
import type { AnyCommand } from './command.ts';
import type { AnyJob } from './job.ts';

/** Everything people can type and everything that can run. */
export interface Registry {
  /** By name. */
  readonly commands: readonly AnyCommand[];
  readonly jobs: ReadonlyMap<string, AnyJob>;
}

interface Named {
  readonly name: string;
}

/** Reads commands/ and jobs/: a file there is a definition, and a definition there is known. */
export async function loadRegistry(root = new URL('../../', import.meta.url)): Promise<Registry> {
  const commands = await load<AnyCommand>(new URL('commands/', root));
  const jobs = await load<AnyJob>(new URL('jobs/', root));
  for (const { name, queue, plan } of jobs) {
    if (queue === 'danger' && !plan) throw new Error(`job ${name} is dangerous and has no gate`);
  }
  const all = jobs.flatMap((job) => (job.planning ? [job, job.planning] : [job]));
  return { commands, jobs: new Map(all.map((job) => [job.name, job])) };
}

async function load<T extends Named>(folder: URL): Promise<readonly T[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith('.ts')).sort();
  const definitions = await Promise.all(files.map(async (file) => readDefinition<T>(folder, file)));
  return definitions;
}

async function readDefinition<T extends Named>(folder: URL, file: string): Promise<T> {
  const module: { default?: T } = await import(new URL(file, folder).href);
  const definition = module.default;
  if (definition?.name !== file.replace(/\.ts$/, '')) {
    throw new Error(`${folder.pathname}${file} must have a default export named as the file is.`);
  }
  return definition;
}
