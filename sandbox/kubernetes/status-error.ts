import type { Kind } from './kinds.ts';

interface Cause {
  readonly reason?: string;
  readonly message: string;
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

interface StatusFacts {
  readonly code: number;
  readonly reason?: string;
  readonly message: string;
  readonly details?: StatusDetails;
  /** Of the answer that is a list no more: the token to go on with. */
  readonly continue?: string;
}

/** An answer that is no success: a Status object, word for word as kube-apiserver words it. */
export class StatusError extends Error {
  readonly status: StatusFacts;
  constructor(status: StatusFacts) {
    super(status.message);
    this.name = 'StatusError';
    this.status = status;
  }
  get code(): number {
    return this.status.code;
  }
  get body(): object {
    const { code, reason, message, details, continue: token } = this.status;
    return {
      ...{ kind: 'Status', apiVersion: 'v1', metadata: token === undefined ? {} : { continue: token } },
      ...{ status: 'Failure', message, ...(reason ? { reason } : {}), ...(details ? { details } : {}), code },
    };
  }
}

/** An answer in text/plain, which some layers of an API server give instead of a Status. */
export class TextError extends Error {
  readonly code: number;
  readonly retryAfterSeconds: number | undefined;
  readonly isSniffable: boolean;
  constructor(code: number, text: string, retryAfterSeconds?: number, isSniffable = false) {
    super(text);
    this.name = 'TextError';
    this.isSniffable = isSniffable;
    this.code = code;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

const qualified = ({ group, resource }: Pick<Kind, 'group' | 'resource'>): string =>
  group === '' ? resource : `${resource}.${group}`;
const detailsOf = ({ group, resource }: Pick<Kind, 'group' | 'resource'>, name?: string): StatusDetails => ({
  ...(name ? { name } : {}),
  ...(group === '' ? {} : { group }),
  kind: resource,
});

export const unauthorised = () => new StatusError({ code: 401, reason: 'Unauthorized', message: 'Unauthorized' });
export const badRequest = (message: string) => new StatusError({ code: 400, reason: 'BadRequest', message });
export const pageNotFound = () => new TextError(404, '404 page not found\n');
/** Another server stands for this group, and does not answer. */
export const unavailable = () => new TextError(503, 'service unavailable\n');
export const resourceNotFound = () =>
  new StatusError({
    ...{ code: 404, reason: 'NotFound', message: 'the server could not find the requested resource', details: {} },
  });
export const methodNotAllowed = () =>
  new StatusError({
    ...{ code: 405, reason: 'MethodNotAllowed', details: {} },
    message: 'the server does not allow this method on the requested resource',
  });
export const notFound = (kind: Pick<Kind, 'group' | 'resource'>, name: string) =>
  new StatusError({
    ...{ code: 404, reason: 'NotFound', details: detailsOf(kind, name) },
    message: `${qualified(kind)} "${name}" not found`,
  });
export const alreadyExists = (kind: Kind, name: string) =>
  new StatusError({
    ...{ code: 409, reason: 'AlreadyExists', details: detailsOf(kind, name) },
    message: `${qualified(kind)} "${name}" already exists`,
  });
export const conflict = (kind: Kind, name: string) =>
  new StatusError({
    ...{ code: 409, reason: 'Conflict', details: detailsOf(kind, name) },
    message: `Operation cannot be fulfilled on ${qualified(kind)} "${name}": the object has been modified; please apply your changes to the latest version and try again`,
  });

/** 422: `what` names the object, such as `ListOptions.meta.k8s.io ""`. */
export const invalid = (
  what: { readonly kind: string; readonly group: string; readonly name: string },
  cause: Required<Cause>,
) =>
  new StatusError({
    ...{ code: 422, reason: 'Invalid' },
    message: `${what.group === '' ? what.kind : `${what.kind}.${what.group}`} "${what.name}" is invalid: ${cause.field}: ${cause.message}`,
    details: {
      ...(what.name === '' ? {} : { name: what.name }),
      ...(what.group === '' ? {} : { group: what.group }),
      kind: what.kind,
      causes: [cause],
    },
  });

export const notAcceptable = () =>
  new StatusError({
    ...{ code: 406, reason: 'NotAcceptable', details: {} },
    message:
      '406: Not Acceptable\n\nAvailable representations: application/json, application/yaml, application/vnd.kubernetes.protobuf, application/json;stream=watch, application/vnd.kubernetes.protobuf;stream=watch',
  });
export const unsupportedMediaType = () =>
  new StatusError({
    ...{ code: 415, reason: 'UnsupportedMediaType' },
    message:
      'the body of the request was in an unknown format - accepted media types include: application/json, application/yaml, application/vnd.kubernetes.protobuf',
  });

export const expiredContinue = (token: string) =>
  new StatusError({
    ...{ code: 410, reason: 'Expired', continue: token },
    message:
      'The provided continue parameter is too old to display a consistent list result. You can start a new list without the continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the time the first chunk was returned and now may show up in the list.',
  });
export const expiredExact = () =>
  new StatusError({
    ...{ code: 410, reason: 'Expired' },
    message: 'The resourceVersion for the provided list is too old.',
  });
export const expiredWatch = (asked: number, oldest: number) =>
  new StatusError({ code: 410, reason: 'Expired', message: `too old resource version: ${asked} (${oldest})` });
export const tooLarge = (asked: number, current: number) =>
  new StatusError({
    ...{ code: 504, reason: 'Timeout' },
    message: `Timeout: Too large resource version: ${asked}, current: ${current}`,
    details: {
      causes: [{ reason: 'ResourceVersionTooLarge', message: 'Too large resource version' }],
      retryAfterSeconds: 1,
    },
  });
/** A read that etcd did not answer in time: a Status without a kind, in text/plain. */
export const readTimedOut = () =>
  new TextError(
    504,
    '{"metadata":{},"status":"Failure","message":"Timeout: request did not complete within the allotted timeout","reason":"Timeout","details":{},"code":504}\n',
    undefined,
    true,
  );
export const writeTimedOut = () =>
  new StatusError({
    ...{ code: 504, reason: 'Timeout', details: {} },
    message: 'Timeout: request did not complete within requested timeout - context deadline exceeded',
  });
