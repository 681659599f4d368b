import { randomBytes } from 'node:crypto';
import { type Answer, type Call, HarborError } from './call.ts';
import { mayInProject, requireKnown, whoIs } from './who.ts';

/** What a token of the registry allows: 'library/nginx' to 'pull', 'push'. */
export type Grants = ReadonlyMap<string, readonly string[]>;

/** Tokens of one server, gone with it. */
export type Tokens = Map<string, Grants>;

/** The token service: a token with those of the asked rights that whoever asks has, be it none, to strangers too; who asks for none must be known. */
export function grantToken(tokens: Tokens, call: Call): Answer {
  if (!call.query.has('scope')) requireKnown(call);
  if (call.query.get('service') !== 'harbor-registry')
    throw new HarborError(400, 'BAD_REQUEST', `Unable to handle service: ${call.query.get('service')}`);
  const grants = new Map<string, readonly string[]>();
  for (const scope of call.query.getAll('scope').flatMap((text) => text.split(' '))) {
    const [, name = '', actions = ''] = /^repository:([^:]+):(.+)$/.exec(scope) ?? [];
    grants.set(
      name,
      actions.split(',').filter((action) => mayDo(call, name, action)),
    );
  }
  const token = randomBytes(24).toString('base64url');
  tokens.set(token, grants);
  return { json: { token, access_token: '', expires_in: 1800, issued_at: new Date().toISOString() } };
}

function mayDo(call: Call, repository: string, action: string): boolean {
  const project = call.database.projects.find(({ name }) => repository.startsWith(`${name}/`));
  return project !== undefined && mayInProject(call, project, `repository:${action}`);
}

/** Throws 401 with a challenge, as docker expects it; 2.x takes a password here too. */
export function requireGrant(tokens: Tokens, call: Call, repository: string, action: 'pull' | 'push'): void {
  const { authorization } = call.headers;
  const bearer = /^Bearer (.+)$/.exec(authorization ?? '')?.[1];
  const isGranted =
    bearer === undefined
      ? isPassword(call) && mayDo(call, repository, action)
      : (tokens.get(bearer)?.get(repository)?.includes(action) ?? false);
  if (isGranted) return;
  const scope = `repository:${repository}:${action === 'push' ? 'pull,push' : action}`;
  const challenge = `Bearer realm="${call.externalUrl}/service/token",service="harbor-registry",scope="${scope}"`;
  const isAsked = authorization !== undefined && call.state.version.startsWith('2.');
  throw new HarborError(401, 'UNAUTHORIZED', `unauthorized to access repository: ${repository}, action: ${action}`, {
    'Www-Authenticate': isAsked ? 'Basic realm="harbor"' : challenge,
  });
}

/** A HEAD without credentials is refused even where anybody may pull. Source: goharbor/harbor#11271. */
function isPassword({ headers, method, state, database }: Call): boolean {
  if (!state.version.startsWith('2.')) return false;
  return headers.authorization === undefined
    ? method !== 'HEAD'
    : whoIs(headers.authorization, state, database).kind !== 'stranger';
}
