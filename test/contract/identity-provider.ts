import { beforeEach, describe, expect, it } from 'vitest';
import { newSecret } from '../../src/chatops/step-up.ts';
import type { IdentityProvider, SignIn } from '../../src/ports/identity-provider.ts';
import type { Visit } from '../fakes/identity-provider.ts';

export interface ProviderUnderTest {
  readonly provider: IdentityProvider;
  /** What the browser brings back. */
  visit(url: URL, visit: Visit): Promise<URLSearchParams>;
  goDown(): Promise<void>;
}

const aSignIn = (): SignIn => ({ state: newSecret(), nonce: newSecret(), verifier: newSecret() });

/** What every provider promises. */
export function identityProviderContract(name: string, setUp: () => Promise<ProviderUnderTest>): void {
  describe(`an identity provider: ${name}`, () => {
    let now: ProviderUnderTest;
    beforeEach(async () => {
      now = await setUp();
    });

    async function visited(signIn: SignIn, visit: Visit = { as: 'bob' }): Promise<URLSearchParams> {
      return now.visit(await now.provider.signInAt(signIn), visit);
    }
    function altered(brought: URLSearchParams, change: Readonly<Record<string, string | undefined>>): URLSearchParams {
      const params = new URLSearchParams(brought);
      for (const [key, value] of Object.entries(change)) {
        if (value === undefined) params.delete(key);
        else params.set(key, value);
      }
      return params;
    }
    const refused = { name: 'Refusal' };

    it('says who came back, and when they signed in', async () => {
      const signIn = aSignIn();
      const before = Date.now();
      const identity = await now.provider.identify(await visited(signIn), signIn);
      expect(identity).toMatchObject({ subject: 'bob', name: 'bob@example.org', issuer: expect.any(String) });
      expect(Math.abs((identity.signedInAt?.getTime() ?? 0) - before)).toBeLessThan(30_000);
    });

    it('redeems what came back once', async () => {
      const signIn = aSignIn();
      const brought = await visited(signIn);
      await now.provider.identify(brought, signIn);
      await expect(now.provider.identify(brought, signIn)).rejects.toMatchObject(refused);
    });

    it.each<[string, Readonly<Record<string, string | undefined>>]>([
      ['a state of its own', { state: 'x'.repeat(43) }],
      ['no state', { state: undefined }],
      ['no code', { code: undefined }],
      ['a code of its own', { code: 'x'.repeat(43) }],
      ['the name of another issuer', { iss: 'https://elsewhere.example' }],
      ['no issuer', { iss: undefined }],
    ])('refuses a browser that brings %s', async (_, change) => {
      const signIn = aSignIn();
      const brought = await visited(signIn);
      await expect(now.provider.identify(altered(brought, change), signIn)).rejects.toMatchObject(refused);
    });

    it.each<[string, (one: SignIn, other: SignIn) => SignIn]>([
      ['nonce', (one, { nonce }) => ({ ...one, nonce })],
      ['verifier', (one, { verifier }) => ({ ...one, verifier })],
    ])('refuses a code that was made for another %s', async (_, mix) => {
      const [one, other] = [aSignIn(), aSignIn()];
      const brought = await visited(one);
      await expect(now.provider.identify(brought, mix(one, other))).rejects.toMatchObject(refused);
    });

    it('refuses whoever did not sign in', async () => {
      const signIn = aSignIn();
      const brought = await visited(signIn, { as: 'bob', denies: true });
      await expect(now.provider.identify(brought, signIn)).rejects.toMatchObject(refused);
    });

    it('is a fault while it is down', async () => {
      const signIn = aSignIn();
      const brought = await visited(signIn);
      await now.goDown();
      await expect(now.provider.identify(brought, signIn)).rejects.toMatchObject({
        ...{ name: 'Fault', code: 'OIDC_UNREACHABLE', retryable: true },
      });
    });
  });
}
