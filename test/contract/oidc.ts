import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { type Configuration, Provider } from 'oidc-provider';
import { freePorts } from '../../sandbox/etcd.ts';
import { oidcStorage } from './oidc-storage.ts';

export interface OidcServer {
  readonly issuer: string;
  readonly port: number;
  close(): Promise<void>;
}

export interface OidcSetup {
  /** Where it may send browsers back to. */
  readonly backTo: string;
  /** Addresses of which it does not know whose they are. */
  readonly unverified?: readonly string[];
  /** Claims in the ID token too, not in userinfo alone. */
  readonly tellsInToken?: boolean;
  readonly secret?: string;
  /** A free one unless given. */
  readonly port?: number;
}

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const jwks = { keys: [{ ...privateKey.export({ format: 'jwk' }), kid: 'test', use: 'sig', alg: 'RS256' }] };

/**
 * A certified OpenID Connect provider on loopback, whose client is 'salvor'. Its login page asks for a name and no password: /login/<uid>?as=bob
 * signs Bob in, `&at=` as of that second, `&deny=` nobody.
 */
export async function startOidc(setup: OidcSetup): Promise<OidcServer> {
  const port = setup.port ?? (await freePorts(1))[0] ?? 0;
  const issuer = `http://127.0.0.1:${port}`;
  const provider = new Provider(issuer, configurationOf(setup));
  const serve = provider.callback();
  const server = createServer((request, response) => {
    if (request.url?.startsWith('/login/')) void logIn(provider, request, response);
    else void serve(request, response);
  });
  // A connection that is kept would fail whoever uses it next once the provider has gone down and come back.
  server.maxRequestsPerSocket = 1;
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  return {
    ...{ issuer, port },
    async close() {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}

function configurationOf({ backTo, unverified = [], tellsInToken = false, secret }: OidcSetup): Configuration {
  return {
    clients: [
      {
        ...{ client_id: 'salvor', redirect_uris: [backTo], response_types: ['code'] },
        grant_types: ['authorization_code'],
        ...(secret === undefined ? { token_endpoint_auth_method: 'none' } : { client_secret: secret }),
      },
    ],
    adapter: oidcStorage(),
    ttl: { Interaction: 600, Grant: 600, Session: 600, AccessToken: 600, IdToken: 600 },
    jwks,
    cookies: { keys: ['test'] },
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: !tellsInToken,
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_, { uid }) => `/login/${uid}` },
    findAccount: (_, accountId) => ({
      accountId,
      claims: async (_use, scope) => ({
        sub: accountId,
        ...(scope.includes('email')
          ? { email: `${accountId}@example.org`, email_verified: !unverified.includes(accountId) }
          : {}),
      }),
    }),
    async loadExistingGrant({ oidc: { client, session, provider } }) {
      const grant = new provider.Grant({ clientId: client?.clientId ?? '', accountId: session?.accountId ?? '' });
      grant.addOIDCScope('openid email');
      await grant.save();
      return grant;
    },
  };
}

async function logIn(provider: Provider, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { searchParams } = new URL(request.url ?? '', provider.issuer);
  const [as = '', at] = [searchParams.get('as') ?? '', searchParams.get('at')];
  const login = { accountId: as, ...(at === null ? {} : { ts: Number(at) }) };
  if (as === '' && !searchParams.has('deny')) {
    response.setHeader('content-type', 'text/html').end(loginPage);
    return;
  }
  const result = searchParams.has('deny') ? { error: 'access_denied' } : { login };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

const loginPage = `<!doctype html><html lang="en"><title>Sign in</title>
<form><label>User <input name="as" required autofocus></label> <button>Sign in</button></form></html>`;
