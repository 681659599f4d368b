/** Somebody as the organisation knows them. */
export interface Identity {
  readonly issuer: string;
  /** The same for ever for the same person, within one issuer. */
  readonly subject: string;
  /** What the configured claim says: 'bob@example.org'. */
  readonly name: string;
  /** When the person last showed a password, a key or the like; undefined where the provider does not tell. */
  readonly signedInAt: Date | undefined;
}

/** What belongs to one way to the provider and back; each 43 letters, digits, dashes and underscores that nobody can guess. */
export interface SignIn {
  /** Comes back with the browser. */
  readonly state: string;
  /** Comes back in the signed token. */
  readonly nonce: string;
  /** PKCE: the provider learns only its SHA-256 before the code is redeemed with it. */
  readonly verifier: string;
}

/** The organisation's OpenID Connect provider. Throws Fault (port 'oidc') when it cannot be asked, or answers what it may not. */
export interface IdentityProvider {
  /** Where a browser is sent to, for a login that is asked for even of somebody who is signed in. Nothing is kept here. */
  signInAt(signIn: SignIn): Promise<URL>;
  /**
   * Who came back, from the parameters that the browser brought: state, issuer, code, signature, audience, times and nonce are checked.
   * Throws Refusal when they do not belong to this sign-in, or the provider let nobody in.
   */
  identify(brought: URLSearchParams, signIn: SignIn): Promise<Identity>;
}
