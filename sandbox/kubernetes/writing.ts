import { randomUUID } from 'node:crypto';
import { at, KubernetesObject } from './json.ts';
import { collectionOf, customKindsOf, groupVersionOf, type Kind, type Kinds } from './kinds.ts';
import type { ResourceAsked } from './request.ts';
import {
  alreadyExists,
  badRequest,
  conflict,
  invalid,
  methodNotAllowed,
  notFound,
  StatusError,
  unsupportedMediaType,
} from './status-error.ts';
import { type Store, type Stored, storedOf } from './store.ts';

export interface Write {
  readonly asked: ResourceAsked;
  readonly kind: Kind;
  readonly contentType: string;
  readonly body: string;
  readonly isDryRun: boolean;
  readonly at: Date;
}

export interface Written {
  readonly code: number;
  /** The object as it is now, or what is said instead of it. */
  readonly stored?: Stored;
  readonly body?: object;
}

/** Creates, updates, patches (JSON merge patch only) or deletes one object. Throws what an API server answers when it cannot. */
export function write(store: Store, kinds: Kinds, what: Write): Written {
  const { asked, kind } = what;
  if (asked.verb === 'create' && asked.name === undefined) return create(store, kinds, what);
  if (asked.name === undefined || !['update', 'patch', 'delete'].includes(asked.verb)) throw methodNotAllowed();
  const key = keyOf(kind, asked.namespace, asked.name);
  const stored = store.get(collectionOf(kind), key);
  if (!stored) throw notFound(kind, asked.name);
  if (asked.verb === 'delete') return remove(store, what, stored);
  const before = KubernetesObject.parse(JSON.parse(stored.text()));
  const wanted = asked.verb === 'patch' ? patched(before, what) : bodyOf(what);
  return update(store, what, { stored, before, wanted });
}

export const keyOf = (kind: Kind, namespace: string | undefined, name: string): string =>
  kind.namespaced ? `${namespace ?? 'default'}/${name}` : name;

function create(store: Store, kinds: Kinds, { asked, kind, isDryRun, at: now, ...request }: Write): Written {
  const object = bodyOf({ asked, kind, isDryRun, at: now, ...request });
  const { generateName } = object.metadata;
  const name = object.metadata.name ?? (generateName ? `${generateName}${randomUUID().slice(0, 5)}` : '');
  refuseInvalid(kind, name, object);
  const key = keyOf(kind, asked.namespace, name);
  if (store.get(collectionOf(kind), key)) throw alreadyExists(kind, name);
  const metadata = {
    ...object.metadata,
    ...{ name, ...(kind.namespaced ? { namespace: asked.namespace ?? 'default' } : {}), uid: randomUUID() },
    creationTimestamp: toSecond(now),
  };
  const made = { ...object, metadata };
  if (isDryRun) return { code: 201, stored: storedOf(key, store.revision(), made) };
  const stored = store.put(collectionOf(kind), key, made);
  if (kind.resource === 'customresourcedefinitions') customKindsOf(made).forEach(kinds.add);
  return { code: 201, stored };
}

interface Update {
  readonly stored: Stored;
  readonly before: KubernetesObject;
  readonly wanted: KubernetesObject;
}

function update(store: Store, { kind, asked, isDryRun }: Write, { stored, before, wanted }: Update): Written {
  const name = asked.name ?? '';
  const { resourceVersion } = wanted.metadata;
  if (resourceVersion !== undefined && resourceVersion !== String(stored.revision)) throw conflict(kind, name);
  if (wanted.metadata.uid !== undefined && wanted.metadata.uid !== before.metadata.uid) throw conflict(kind, name);
  refuseInvalid(kind, name, wanted);
  const { uid, creationTimestamp, namespace } = before.metadata;
  const metadata = { ...wanted.metadata, name, namespace, uid, creationTimestamp };
  const whole = asked.subresource === 'status' ? { ...before, status: wanted.status } : { ...wanted, metadata };
  const after = storedOf(stored.key, stored.revision, whole);
  // What changes nothing is not written.
  if (isDryRun || after.text() === stored.text()) return { code: 200, stored: after };
  return { code: 200, stored: store.put(collectionOf(kind), stored.key, whole) };
}

function remove(store: Store, { kind, asked, isDryRun }: Write, stored: Stored): Written {
  const uid = String(at(JSON.parse(stored.text()), 'metadata.uid'));
  if (!isDryRun) store.remove(collectionOf(kind), stored.key);
  const details = { name: asked.name, ...(kind.group ? { group: kind.group } : {}), kind: kind.resource, uid };
  return { code: 200, body: { kind: 'Status', apiVersion: 'v1', metadata: {}, status: 'Success', details } };
}

function bodyOf({ kind, contentType, body }: Write): KubernetesObject {
  if (contentType.split(';')[0]?.trim() !== 'application/json') throw unsupportedMediaType();
  const object = KubernetesObject.safeParse(jsonOf(kind, body));
  if (!object.success)
    throw badRequest(
      `${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: json: cannot unmarshal`,
    );
  const { kind: said = kind.kind, apiVersion = groupVersionOf(kind) } = object.data;
  if (said === kind.kind && apiVersion === groupVersionOf(kind)) return object.data;
  const of = `(${apiVersion.replace('/', '.')}.${said}) to (${kind.group.split('.')[0] || 'core'}.${kind.kind})`;
  throw badRequest(
    `${said} in version "${apiVersion.split('/').at(-1)}" cannot be handled as a ${kind.kind}: converting ${of}: unknown conversion`,
  );
}

function jsonOf(kind: Kind, body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    const why = `couldn't get version/kind; json parse error: unexpected end of JSON input (${body})`;
    throw badRequest(`the object provided is unrecognized (must be of type ${kind.kind}): ${why}`);
  }
}

function patched(before: KubernetesObject, what: Write): KubernetesObject {
  if (what.contentType.split(';')[0]?.trim() !== 'application/merge-patch+json') throw unsupportedPatch();
  const merged = KubernetesObject.parse(merge(before, jsonOf(what.kind, what.body)));
  return merged;
}

/** RFC 7386. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const into = typeof target === 'object' && target !== null && !Array.isArray(target) ? { ...target } : {};
  const entries = new Map<string, unknown>(Object.entries(into));
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) entries.delete(name);
    else entries.set(name, merge(entries.get(name), value));
  }
  return Object.fromEntries(entries);
}

const unsupportedPatch = () =>
  new StatusError({
    ...{ code: 415, reason: 'UnsupportedMediaType' },
    message:
      'the body of the request was in an unknown format - accepted media types include: application/merge-patch+json',
  });

const subdomain = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/;

function refuseInvalid(kind: Kind, name: string, object: KubernetesObject): void {
  const what = { kind: kind.kind, group: kind.group, name };
  if (name === '') {
    const message = 'Required value: name or generateName is required';
    throw invalid(what, { reason: 'FieldValueRequired', message, field: 'metadata.name' });
  }
  if (!subdomain.test(name) && kind.group !== 'rbac.authorization.k8s.io') {
    const message = `Invalid value: "${name}": a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')`;
    throw invalid(what, { reason: 'FieldValueInvalid', message, field: 'metadata.name' });
  }
  const seconds = kind.resource === 'leases' ? at(object, 'spec.leaseDurationSeconds') : undefined;
  if (typeof seconds === 'number' && seconds <= 0) {
    const message = `Invalid value: ${seconds}: must be greater than 0`;
    throw invalid(what, { reason: 'FieldValueInvalid', message, field: 'spec.leaseDurationSeconds' });
  }
}

export const toSecond = (date: Date): string => `${date.toISOString().slice(0, 19)}Z`;
