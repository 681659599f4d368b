import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';
import { createIdentityProvider, type ProviderAccess } from '../../src/adapters/identity-provider.ts';
import { newSecret } from '../../src/chatops/step-up.ts';
import type { IdentityProvider } from '../../src/ports/identity-provider.ts';
import type { Visit } from '../fakes/identity-provider.ts';
import { openBrowser } from './browser.ts';
import { identityProviderContract } from './identity-provider.ts';
import { type OidcServer, type OidcSetup, startOidc } from './oidc.ts';

const backTo = 'http://127.0.0.1:1/prove/back';
let shared: OidcServer;

beforeAll(async () => {
  shared = await startOidc({ backTo });
});
afterAll(() => shared.close());

const accessTo = (issuer: string, change: Partial<ProviderAccess> = {}): ProviderAccess => ({
  ...{ issuer, clientId: 'salvor', backTo, scopes: ['email'], claim: 'email' },
  ...change,
});

const visit = async (url: URL, how: Visit): Promise<URLSearchParams> =>
  (await openBrowser().open(url, { visit: how, before: backTo })).url.searchParams;

async function starting(setup: Partial<OidcSetup>): Promise<OidcServer> {
  const server = await startOidc({ backTo, ...setup });
  onTestFinished(() => server.close());
  return server;
}

async function identified(provider: IdentityProvider, how: Visit = { as: 'bob' }) {
  const signIn = { state: newSecret(), nonce: newSecret(), verifier: newSecret() };
  return provider.identify(await visit(await provider.signInAt(signIn), how), signIn);
}

identityProviderContract('a real one', async () => {
  const server = await starting({});
  return { provider: createIdentityProvider(accessTo(server.issuer)), visit, goDown: server.close };
});

it('asks for a new login, and proves with S256 that whoever redeems the code asked for it', async () => {
  const url = await createIdentityProvider(accessTo(shared.issuer)).signInAt({
    ...{ state: 's', nonce: 'n', verifier: newSecret() },
  });
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    ...{ response_type: 'code', redirect_uri: backTo, scope: 'openid email', state: 's', nonce: 'n' },
    ...{ prompt: 'login', max_age: '0', code_challenge_method: 'S256' },
  });
});

it('finds the claim in the ID token as well as in userinfo, with a secret as well as without', async () => {
  const { issuer } = await starting({ tellsInToken: true, secret: 'a secret: with %+ signs' });
  const provider = createIdentityProvider(accessTo(issuer, { clientSecret: 'a secret: with %+ signs' }));
  expect(await identified(provider)).toMatchObject({ name: 'bob@example.org', issuer });
});

it('takes another claim, such as the subject', async () => {
  expect(await identified(createIdentityProvider(accessTo(shared.issuer, { claim: 'sub' })))).toMatchObject({
    name: 'bob',
  });
});

it('refuses an address that the provider has not verified, and a claim that it does not tell', async () => {
  const { issuer } = await starting({ unverified: ['bob'] });
  await expect(identified(createIdentityProvider(accessTo(issuer)))).rejects.toMatchObject({
    ...{ name: 'Refusal', message: 'The provider has not verified that bob@example.org is yours: nothing was cast.' },
  });
  await expect(identified(createIdentityProvider(accessTo(issuer, { claim: 'oid' })))).rejects.toMatchObject({
    ...{ name: 'Refusal', message: 'The provider does not tell your oid: nothing was cast.' },
  });
});

it('says so when the provider does not know the secret', async () => {
  const { issuer } = await starting({ secret: 'right' });
  await expect(identified(createIdentityProvider(accessTo(issuer, { clientSecret: 'wrong' })))).rejects.toMatchObject({
    ...{ name: 'Fault', code: 'OIDC_CLIENT_REFUSED', retryable: false },
  });
});

it('is a fault while there is no provider, and works once there is one', async () => {
  const server = await starting({});
  await server.close();
  const provider = createIdentityProvider(accessTo(server.issuer));
  const signIn = { state: newSecret(), nonce: newSecret(), verifier: newSecret() };
  await expect(provider.signInAt(signIn)).rejects.toMatchObject({ name: 'Fault', code: 'OIDC_UNREACHABLE' });
  await starting({ port: server.port });
  expect(await identified(provider)).toMatchObject({ subject: 'bob' });
});

it('does not believe a provider that calls itself otherwise', async () => {
  const issuer = shared.issuer.replace('127.0.0.1', 'localhost');
  await expect(identified(createIdentityProvider(accessTo(issuer)))).rejects.toMatchObject({
    ...{ name: 'Fault', code: 'OIDC_ISSUER_MISMATCH' },
  });
});

it('takes nothing that came from another provider', async () => {
  const other = await starting({});
  const signIn = { state: newSecret(), nonce: newSecret(), verifier: newSecret() };
  const brought = await visit(await createIdentityProvider(accessTo(other.issuer)).signInAt(signIn), { as: 'bob' });
  const ours = createIdentityProvider(accessTo(shared.issuer));
  await expect(ours.identify(brought, signIn)).rejects.toMatchObject({ name: 'Refusal' });
  brought.set('iss', shared.issuer);
  await expect(ours.identify(brought, signIn)).rejects.toMatchObject({ name: 'Refusal' });
});
