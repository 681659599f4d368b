import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  ClientSecretBasic,
  ClientSecretPost,
  type Configuration,
  calculatePKCECodeChallenge,
  discovery,
  enableNonRepudiationChecks,
  fetchUserInfo,
  None,
  type ServerMetadata,
} from 'openid-client';
import { Refusal } from '../chatops/errors.ts';
import type { IdentityProvider, SignIn } from '../ports/identity-provider.ts';
import { whatFailed } from './oidc/what-failed.ts';

export interface ProviderAccess {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** Where the provider sends browsers back to; registered with it, to the letter. */
  readonly backTo: string;
  /** Asked for besides openid. */
  readonly scopes: readonly string[];
  /** What tells who somebody is. */
  readonly claim: string;
}

type Claims = Readonly<Record<string, unknown>>;

const timeoutSeconds = 5;

/** Reads what the provider says of itself at its first use, and again until that has worked once. Its keys are read anew when it changes them. */
export function createIdentityProvider(access: ProviderAccess): IdentityProvider {
  const { issuer, backTo, claim } = access;
  let known: Promise<Configuration> | undefined;

  function configuration(): Promise<Configuration> {
    known ??= discover(access).catch((error: unknown) => {
      known = undefined;
      throw error;
    });
    return known;
  }

  return {
    signInAt: ({ state, nonce, verifier }) =>
      asking('signInAt', issuer, async () =>
        buildAuthorizationUrl(await configuration(), {
          ...{ redirect_uri: backTo, scope: ['openid', ...access.scopes].join(' '), state, nonce },
          ...{ code_challenge: await calculatePKCECodeChallenge(verifier), code_challenge_method: 'S256' },
          // Either asks for a new login; which of them a provider heeds differs, and auth_time tells whether it did.
          ...{ prompt: 'login', max_age: '0' },
        }),
      ),
    async identify(brought, signIn) {
      const { claims, told } = await asking('identify', issuer, () => redeem(brought, signIn));
      const signedInAt = typeof claims.auth_time === 'number' ? new Date(claims.auth_time * 1000) : undefined;
      return { issuer: String(claims.iss), subject: String(claims.sub), name: nameIn(told, claim), signedInAt };
    },
  };

  /** The claims of the ID token, and those in which the name is looked for: providers put it there or into userinfo. */
  async function redeem(brought: URLSearchParams, { state, nonce, verifier }: SignIn) {
    const config = await configuration();
    const url = new URL(backTo);
    url.search = brought.toString();
    const checks = { expectedState: state, expectedNonce: nonce, pkceCodeVerifier: verifier, idTokenExpected: true };
    const tokens = await authorizationCodeGrant(config, url, checks);
    const claims: Claims = tokens.claims() ?? {};
    if (claims[claim] !== undefined || !config.serverMetadata().userinfo_endpoint) return { claims, told: claims };
    const told: Claims = await fetchUserInfo(config, tokens.access_token, String(claims.sub));
    return { claims, told };
  }
}

function discover({ issuer, clientId, clientSecret }: ProviderAccess): Promise<Configuration> {
  const isPlain = issuer.startsWith('http:');
  const execute = [enableNonRepudiationChecks, ...(isPlain ? [allowInsecureRequests] : [])];
  return discovery(new URL(issuer), clientId, undefined, authentication(clientSecret), {
    ...{ execute, timeout: timeoutSeconds },
  });
}

/** The way that every provider must know, unless it says that it knows only the other. */
function authentication(secret: string | undefined) {
  if (secret === undefined) return None();
  const [basic, post] = [ClientSecretBasic(secret), ClientSecretPost(secret)];
  const knows = ({ token_endpoint_auth_methods_supported: known }: ServerMetadata, way: string) => known?.includes(way);
  return (...[server, ...rest]: Parameters<typeof basic>) => {
    const isPost = knows(server, 'client_secret_post') && !knows(server, 'client_secret_basic');
    return (isPost ? post : basic)(server, ...rest);
  };
}

/** Anybody may write any address into a profile: only one that the provider has verified tells who somebody is. */
function nameIn(claims: Claims, claim: string): string {
  const name = claims[claim];
  if (typeof name !== 'string' || name === '')
    throw new Refusal(
      `The provider does not tell your ${claim}: nothing was cast.`,
      'Whoever runs Salvor should look at claim and scopes under oidc.',
    );
  if (claim === 'email' && claims.email_verified !== true)
    throw new Refusal(
      `The provider has not verified that ${name} is yours: nothing was cast.`,
      'Have the address verified there, or let whoever runs Salvor choose another claim under oidc.',
    );
  return name;
}

async function asking<T>(operation: string, issuer: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw whatFailed(error, operation, issuer);
  }
}
