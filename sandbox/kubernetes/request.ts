import { pageNotFound } from './status-error.ts';

/** What a request is about, as the authorisation of an API server sees it. */
export type Asked =
  | { readonly isResource: false; readonly verb: string; readonly path: string }
  | ({ readonly isResource: true; readonly path: string } & ResourceAsked);

export interface ResourceAsked {
  readonly verb: string;
  readonly group: string;
  readonly version: string;
  readonly resource: string;
  readonly namespace?: string;
  readonly name?: string;
  readonly subresource?: string;
  /** What of the path is after the subresource: 'configz'. */
  readonly rest?: string;
}

const verbs: Readonly<Record<string, readonly [one: string, many: string]>> = {
  GET: ['get', 'list'],
  HEAD: ['get', 'list'],
  POST: ['create', 'create'],
  PUT: ['update', 'update'],
  PATCH: ['patch', 'patch'],
  DELETE: ['delete', 'deletecollection'],
};

/** Reads '/api/v1/…' and '/apis/group/version/…'; everything else, discovery too, is no resource. */
export function readRequest(method: string, url: URL): Asked {
  const path = url.pathname;
  const plain = { isResource: false, verb: method.toLowerCase(), path } as const;
  const steps = stepsOf(path);
  const [root, ...rest] = steps;
  if (root === 'api' && rest.length >= 2) {
    const [version = '', ...below] = rest;
    return { isResource: true, path, ...resourceOf(method, url, { group: '', version }, below) };
  }
  if (root === 'apis' && rest.length >= 3) {
    const [group = '', version = '', ...below] = rest;
    return { isResource: true, path, ...resourceOf(method, url, { group, version }, below) };
  }
  return plain;
}

function stepsOf(path: string): readonly string[] {
  try {
    return path
      .split('/')
      .filter((step) => step !== '')
      .map(decodeURIComponent);
  } catch {
    throw pageNotFound();
  }
}

function resourceOf(
  method: string,
  url: URL,
  place: { group: string; version: string },
  below: readonly string[],
): ResourceAsked {
  const [first, namespace, ...inside] = below;
  // /namespaces/x and its status are the namespace itself; /namespaces/x/pods are pods in it.
  const isInside = first === 'namespaces' && inside.length > 0 && !['status', 'finalize'].includes(inside[0] ?? '');
  const [resource = '', name, subresource, ...rest] = isInside ? inside : below;
  const [one, many] = verbs[method] ?? [method.toLowerCase(), method.toLowerCase()];
  const isWatch = method === 'GET' && ['1', 'true'].includes(url.searchParams.get('watch') ?? '');
  const isMany = isWatch || name === undefined;
  // Whoever may see one object by its name may list it by its name too.
  const named = isMany
    ? /^metadata\.name=([^,=!]+)$/.exec(url.searchParams.get('fieldSelector') ?? '')?.[1]
    : undefined;
  return {
    ...place,
    resource,
    verb: isWatch ? 'watch' : isMany ? many : one,
    ...(named === undefined ? {} : { name: named }),
    ...(isInside && namespace !== undefined ? { namespace } : {}),
    ...(name === undefined ? {} : { name }),
    ...(subresource === undefined ? {} : { subresource }),
    ...(rest.length === 0 ? {} : { rest: rest.join('/') }),
  };
}
