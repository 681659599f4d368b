import {
  AuthorizationResponseError,
  ClientError,
  ResponseBodyError,
  WWWAuthenticateChallengeError,
} from 'openid-client';
import { Fault, Refusal } from '../../chatops/errors.ts';

const sayings = {
  unreachable: {
    code: 'OIDC_UNREACHABLE',
    words: 'The provider that proves who people are cannot be reached: nothing was cast.',
    next: 'Try again in a minute. Whoever runs Salvor should look whether the bot reaches the issuer under oidc.',
  },
  client: {
    code: 'OIDC_CLIENT_REFUSED',
    words: 'The provider does not accept Salvor as its client: nothing was cast.',
    next: 'Whoever runs Salvor should compare clientId, clientSecret and publicUrl under oidc with what the provider knows.',
  },
  issuer: {
    code: 'OIDC_ISSUER_MISMATCH',
    words: 'The provider calls itself by another name than the issuer under oidc: nothing was cast.',
    next: 'Whoever runs Salvor should write the issuer exactly as the provider does.',
  },
  answer: {
    code: 'OIDC_ANSWER_INVALID',
    words: 'The provider answered something that cannot be trusted: nothing was cast.',
    next: 'Whoever runs Salvor should look at the log: keys, clocks and the issuer under oidc must fit.',
  },
} as const;

/** What openid-client threw, as a person is to hear it; what is no failure of the provider's or the browser's as it is. */
export function whatFailed(error: unknown, operation: string, issuer: string): unknown {
  if (error instanceof Refusal || error instanceof Fault) return error;
  const refusal = refusalOf(error, operation);
  if (refusal) return refusal;
  const kind = kindOf(error);
  if (!kind) return error;
  const { code, words, next } = sayings[kind];
  const cause = new Error(`${issuer}: ${inWords(error)}`);
  return new Fault(words, { port: 'oidc', operation, retryable: kind === 'unreachable', code, next, cause });
}

function refusalOf(error: unknown, operation: string): Refusal | undefined {
  if (error instanceof AuthorizationResponseError) {
    // Comes by the browser: no more of it is repeated than the name of an error.
    const why = /^[a-z_]{1,40}$/.test(error.error) ? ` (${error.error})` : '';
    return new Refusal(`The provider did not sign you in${why}: nothing was cast.`, openItAgain);
  }
  if (error instanceof ResponseBodyError && error.error === 'invalid_grant')
    return new Refusal('This sign-in was used already, or took too long: nothing was cast.', openItAgain);
  const isMismatch =
    codeOf(error) === 'OAUTH_INVALID_RESPONSE' || codeOf(error) === 'OAUTH_JWT_CLAIM_COMPARISON_FAILED';
  if (operation !== 'identify' || !isMismatch) return undefined;
  return new Refusal('What came back from the provider does not belong to this vote: nothing was cast.', openItAgain);
}

/** Without what hangs on it: answers of the provider hold tokens, and the cause of a Fault is logged. */
function inWords(error: unknown): string {
  if (!(error instanceof Error)) return 'failed';
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message;
}

const openItAgain = 'Open the link in your Slack message again, and sign in there.';

function kindOf(error: unknown): keyof typeof sayings | undefined {
  if (error instanceof ResponseBodyError) return error.status >= 500 ? 'unreachable' : 'client';
  if (error instanceof WWWAuthenticateChallengeError) return 'client';
  const code = codeOf(error);
  if (error instanceof TypeError && code === undefined) return 'unreachable';
  if (code === 'OAUTH_JSON_ATTRIBUTE_COMPARISON_FAILED') return 'issuer';
  if (code === 'OAUTH_TIMEOUT' || code === 'OAUTH_RESPONSE_IS_NOT_CONFORM') return 'unreachable';
  return error instanceof ClientError || code?.startsWith('OAUTH_') ? 'answer' : undefined;
}

const codeOf = (error: unknown): string | undefined =>
  error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
