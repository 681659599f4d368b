import type { Document, LineCounter } from 'yaml';
import type { z } from 'zod';
import type { Settings } from './schema.ts';

/** One thing wrong with the configuration: where, and what was expected. */
export interface Problem {
  /** 'clusters.prod-1.etcd.endpoints[0]', or the name of a variable. */
  readonly path: string;
  /** 1-based, where it is known. */
  readonly line?: number;
  readonly expected: string;
}

type Path = readonly PropertyKey[];

/** What zod found, in the file's own terms. */
export function shapeProblems(error: z.ZodError, locate: (path: Path) => number | undefined): readonly Problem[] {
  return error.issues.flatMap((issue) => {
    if (issue.code === 'unrecognized_keys') {
      return issue.keys.map((key) => problem([...issue.path, key], 'is not a setting; check its spelling', locate));
    }
    return [problem(issue.path, issue.message.replace(/^Invalid (?:input|option): /, 'is not right: '), locate)];
  });
}

/** What the shape cannot say: names that must exist, things that must not collide. */
export function meaningProblems(settings: Settings, locate: (path: Path) => number | undefined): readonly Problem[] {
  const found: Problem[] = [];
  const say = (path: Path, expected: string) => found.push(problem(path, expected, locate));
  for (const [name, cluster] of Object.entries(settings.clusters)) {
    const at: Path = ['clusters', name];
    for (const role of ['viewers', 'operators', 'approvers'] as const) {
      cluster[role].forEach((list, index) => {
        if (!Object.hasOwn(settings.people, list))
          say([...at, role, index], `is a list under people; "${list}" is not there`);
      });
    }
    cluster.etcd.endpoints.forEach((endpoint, index) => {
      const isPlain = endpoint.startsWith('http:');
      if (isPlain && !cluster.etcd.allowHttp)
        say([...at, 'etcd', 'endpoints', index], 'is https; for plain http also say allowHttp: true');
      if (!isPlain && !cluster.etcd.ca) say([...at, 'etcd', 'ca'], 'is the CA file that signed the https endpoints');
    });
    if (!cluster.etcd.certificate !== !cluster.etcd.key)
      say([...at, 'etcd', 'certificate'], 'and key are given together');
    if (!cluster.etcd.username !== !cluster.etcd.password)
      say([...at, 'etcd', 'username'], 'and password are given together');
    const { bucket, copy } = cluster.backup;
    if (!Object.hasOwn(settings.buckets, bucket))
      say([...at, 'backup', 'bucket'], `is a name under buckets; "${bucket}" is not there`);
    if (copy && !Object.hasOwn(settings.buckets, copy.bucket))
      say([...at, 'backup', 'copy', 'bucket'], `is a name under buckets; "${copy.bucket}" is not there`);
  }
  for (const [name, { clusters }] of Object.entries(settings.schedules)) {
    clusters.forEach((cluster, index) => {
      if (!Object.hasOwn(settings.clusters, cluster))
        say(['schedules', name, 'clusters', index], `is a name under clusters; "${cluster}" is not there`);
    });
  }
  for (const [name, other] of overlaps(settings)) {
    say(['clusters', name, 'backup', 'prefix'], `is apart from that of ${other}: one holds the other`);
  }
  if (Object.keys(settings.clusters).length === 0) say(['clusters'], 'names at least one cluster');
  return found;
}

/** Clusters whose backups would lie in those of another one. Sorted, a prefix stands right before what it holds. */
function overlaps(settings: Settings): readonly (readonly [string, string])[] {
  const places = Object.entries(settings.clusters)
    .flatMap(([name, { backup }]) => [backup, ...(backup.copy ? [backup.copy] : [])].map((at) => ({ name, ...at })))
    .map(({ name, bucket, prefix }) => ({ name, place: `${realBucket(settings, bucket)}/${prefix}/` }))
    .sort((a, b) => (a.place < b.place ? -1 : a.place > b.place ? 1 : 0));
  return places.flatMap(({ name, place }, index) => {
    const before = places[index - 1];
    return before && place.startsWith(before.place) ? [[name, before.name] as const] : [];
  });
}

/** Two names in salvor.yaml may mean one bucket: what counts is the store and the bucket's name there. */
function realBucket({ buckets }: Settings, alias: string): string {
  const its = Object.hasOwn(buckets, alias) ? buckets[alias] : undefined;
  if (!its) return alias;
  return `${its.endpoint === undefined ? 'aws' : URL.parse(its.endpoint)?.origin} ${its.bucket}`;
}

/** Where in the file a path is; the nearest parent that is there. */
export function locator(document: Document, lines: LineCounter): (path: Path) => number | undefined {
  return (path) => {
    for (let length = path.length; length > 0; length -= 1) {
      const node = document.getIn(path.slice(0, length), true);
      const range = (node as { range?: readonly [number, number, number] } | undefined)?.range;
      if (range) return lines.linePos(range[0]).line;
    }
    return undefined;
  };
}

export function sayProblem(problem: Problem, file: string): string {
  const where = problem.line === undefined ? file : `${file}:${problem.line}`;
  return `${where}  ${problem.path}  ${problem.expected}`;
}

function problem(path: Path, expected: string, locate: (path: Path) => number | undefined): Problem {
  const line = locate(path);
  return { path: pathInWords(path), expected, ...(line === undefined ? {} : { line }) };
}

function pathInWords(path: Path): string {
  const text = path.map((part) => (typeof part === 'number' ? `[${part}]` : `.${String(part)}`)).join('');
  return text.replace(/^\./, '') || 'the file';
}
