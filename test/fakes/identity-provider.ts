import { randomBytes } from 'node:crypto';
import { Fault, Refusal } from '../../src/chatops/errors.ts';
import type { Identity, IdentityProvider, SignIn } from '../../src/ports/identity-provider.ts';

/** What somebody does at the provider. */
export interface Visit {
  /** The name before the @ of their address. */
  readonly as: string;
  /** When they last signed in; now unless given. */
  readonly signedInAt?: Date;
  readonly denies?: boolean;
}

export interface FakeIdentityProvider extends IdentityProvider {
  /** What the browser brings back from there. */
  visit(url: URL, visit: Visit): Promise<URLSearchParams>;
  /** Whether it tells when somebody signed in. */
  tellsWhen: boolean;
  isDown: boolean;
}

const issuer = 'https://login.example.org';

/** A provider without a network. */
export function createFakeIdentityProvider(now: () => Date = () => new Date()): FakeIdentityProvider {
  const codes = new Map<string, { readonly challenge: string; readonly identity: Identity }>();
  const challengeOf = ({ nonce, verifier }: Pick<SignIn, 'nonce' | 'verifier'>) => `${nonce} ${verifier}`;
  const ask = (operation: string) => {
    if (!fake.isDown) return;
    throw new Fault('The provider cannot be reached.', {
      ...{ port: 'oidc', operation, retryable: true, code: 'OIDC_UNREACHABLE' },
    });
  };
  const fake: FakeIdentityProvider = {
    tellsWhen: true,
    isDown: false,
    async signInAt(signIn) {
      ask('signInAt');
      const url = new URL('/auth', issuer);
      url.search = new URLSearchParams({ state: signIn.state, challenge: challengeOf(signIn) }).toString();
      return url;
    },
    async visit(url, { as, signedInAt = now(), denies }) {
      const state = url.searchParams.get('state') ?? '';
      if (denies) return new URLSearchParams({ error: 'access_denied', state, iss: issuer });
      const code = randomBytes(8).toString('hex');
      const identity = { issuer, subject: as, name: `${as}@example.org`, signedInAt };
      codes.set(code, { challenge: url.searchParams.get('challenge') ?? '', identity });
      return new URLSearchParams({ code, state, iss: issuer });
    },
    async identify(brought, signIn) {
      ask('identify');
      const [code, state, iss] = ['code', 'state', 'iss'].map((name) => brought.get(name) ?? '');
      if (state !== signIn.state || iss !== issuer) throw new Refusal('What came back does not belong to this vote.');
      const kept = codes.get(code ?? '');
      codes.delete(code ?? '');
      if (kept?.challenge !== challengeOf(signIn)) throw new Refusal('The provider did not sign you in.');
      return fake.tellsWhen ? kept.identity : { ...kept.identity, signedInAt: undefined };
    },
  };
  return fake;
}
