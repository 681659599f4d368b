import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import type { Asked } from './request.ts';
import { type StatusDetails, StatusError } from './status-error.ts';

const Rule = z.object({
  apiGroups: z.array(z.string()).default([]),
  resources: z.array(z.string()).default([]),
  verbs: z.array(z.string()),
  resourceNames: z.array(z.string()).optional(),
  nonResourceURLs: z.array(z.string()).default([]),
});

/** A rule of a Role or ClusterRole; a Role's counts in its namespace only. */
export type Right = z.infer<typeof Rule> & { readonly namespace?: string };

export interface User {
  /** 'system:serviceaccount:bot:minimal'. */
  readonly name: string;
  readonly token: string;
  /** Everything, as a member of system:masters may. */
  readonly isMaster?: boolean;
  readonly rights?: readonly Right[];
}

export const anonymous: User = { name: 'system:anonymous', token: '' };

/** What everybody may, and what everybody who is known may: system:public-info-viewer and system:discovery. */
const everybody = ['/healthz', '/livez', '/readyz', '/version', '/version/'];
const known = [...everybody, '/api', '/api/*', '/apis', '/apis/*', '/openapi', '/openapi/*'];

export function mayDo(user: User, asked: Asked): boolean {
  if (user.isMaster) return true;
  const open = user === anonymous ? everybody : known;
  if (!asked.isResource && asked.verb === 'get' && open.some((url) => covers(url, asked.path))) return true;
  return (user.rights ?? []).some((right) => allows(right, asked));
}

function allows(right: Right, asked: Asked): boolean {
  if (!has(right.verbs, asked.verb)) return false;
  if (!asked.isResource) return right.nonResourceURLs.some((url) => covers(url, asked.path));
  if (right.namespace !== undefined && right.namespace !== asked.namespace) return false;
  const resource = asked.subresource === undefined ? asked.resource : `${asked.resource}/${asked.subresource}`;
  const isNamed = right.resourceNames === undefined || right.resourceNames.includes(asked.name ?? '');
  return has(right.apiGroups, asked.group) && has(right.resources, resource) && isNamed;
}

const has = (list: readonly string[], wanted: string): boolean => list.includes('*') || list.includes(wanted);
const covers = (url: string, path: string): boolean =>
  url.endsWith('*') ? path.startsWith(url.slice(0, -1)) : url === path;

/** 403, word for word. */
export function forbidden(user: User, asked: Asked): StatusError {
  const who = `User "${user.name}" cannot ${asked.verb}`;
  if (!asked.isResource) return refusal(`forbidden: ${who} path "${asked.path}"`, {});
  const { group, resource, name, namespace, subresource } = asked;
  const qualified = group === '' ? resource : `${resource}.${group}`;
  const what = name === undefined ? qualified : `${qualified} "${name}"`;
  const scope = namespace === undefined ? 'at the cluster scope' : `in the namespace "${namespace}"`;
  const full = subresource === undefined ? resource : `${resource}/${subresource}`;
  return refusal(`${what} is forbidden: ${who} resource "${full}" in API group "${group}" ${scope}`, {
    ...(name === undefined ? {} : { name }),
    ...(group === '' ? {} : { group }),
    kind: resource,
  });
}

const refusal = (message: string, details: StatusDetails) =>
  new StatusError({ code: 403, reason: 'Forbidden', message, details });

const Role = z.object({
  kind: z.enum(['Role', 'ClusterRole']),
  metadata: z.object({ name: z.string(), namespace: z.string().optional() }),
  rules: z.array(Rule).default([]),
});
const Binding = z.object({
  kind: z.enum(['RoleBinding', 'ClusterRoleBinding']),
  metadata: z.object({ namespace: z.string().optional() }),
  roleRef: z.object({ kind: z.enum(['Role', 'ClusterRole']), name: z.string() }),
});

/** The rights that the bindings of a manifest give, whoever they are bound to. */
export function rightsIn(manifest: string): readonly Right[] {
  const objects: unknown[] = parseAllDocuments(manifest).map((document) => document.toJS());
  const roles = objects.flatMap((object) => Role.safeParse(object).data ?? []);
  return objects
    .flatMap((object) => Binding.safeParse(object).data ?? [])
    .flatMap(({ kind, metadata: { namespace }, roleRef }) =>
      roles
        .filter((role) => role.kind === roleRef.kind && role.metadata.name === roleRef.name)
        .filter((role) => role.kind === 'ClusterRole' || role.metadata.namespace === namespace)
        .flatMap(({ rules }) =>
          rules.map((rule) => (kind === 'RoleBinding' && namespace ? { ...rule, namespace } : rule)),
        ),
    );
}
