import { WebAPIHTTPError, WebAPIPlatformError, WebAPIRateLimitedError, WebAPIRequestError } from '@slack/web-api';

/** Why a call of the Slack API did not succeed, by what is to be done about it. */
export type Trouble =
  /** This method alone is to rest. */
  | { readonly kind: 'limited'; readonly retryAfterMs: number }
  /** Slack or the way to it is down. */
  | { readonly kind: 'down'; readonly code: string }
  /** The app itself is not let in: nothing will be taken until someone mends it. */
  | { readonly kind: 'locked-out'; readonly code: string }
  /** Slack will never take this. */
  | { readonly kind: 'refused'; readonly code: string };

const lockedOut = new Set([
  'not_authed',
  'invalid_auth',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'no_permission',
  'missing_scope',
  'org_login_required',
  'team_access_not_granted',
  'not_allowed_token_type',
]);

const passing = new Set([
  'internal_error',
  'fatal_error',
  'service_unavailable',
  'request_timeout',
  'team_added_to_org',
  'accesslimited',
  'rollup_error',
]);

/** Undefined for what Slack did not cause: a bug of ours. Source of the codes: docs.slack.dev/reference/methods/chat.postMessage#errors. */
export function troubleIn(error: unknown): Trouble | undefined {
  if (error instanceof WebAPIRateLimitedError) return { kind: 'limited', retryAfterMs: error.retryAfter * 1000 };
  if (error instanceof WebAPIPlatformError) return refusalOf(error.data.error);
  if (error instanceof WebAPIHTTPError) return { kind: 'down', code: `http_${error.statusCode}` };
  if (error instanceof WebAPIRequestError) return { kind: 'down', code: 'unreachable' };
  // The SDK knows no error of its own for a 429 without Retry-After, and for an upload that failed.
  if (error instanceof Error && /^Retry header did not/.test(error.message))
    return { kind: 'limited', retryAfterMs: 30_000 };
  if (error instanceof Error && /^Failed to upload file/.test(error.message))
    return { kind: 'down', code: 'upload_failed' };
  return undefined;
}

function refusalOf(code: string): Trouble {
  if (code === 'ratelimited' || code === 'rate_limited') return { kind: 'limited', retryAfterMs: 30_000 };
  // Not JSON: a proxy's page in place of Slack's answer. The SDK hands it on whole as the code.
  if (!/^[a-z][a-z0-9_]{0,60}$/.test(code)) return { kind: 'down', code: 'unreadable_answer' };
  if (passing.has(code)) return { kind: 'down', code };
  return { kind: lockedOut.has(code) ? 'locked-out' : 'refused', code };
}

/** One word for metrics and logs. */
export function outcomeOf(error: unknown): string {
  const trouble = troubleIn(error);
  if (!trouble) return 'bug';
  return trouble.kind === 'limited' ? 'ratelimited' : trouble.code;
}

/** Slack's own error code, where it answered with one. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof WebAPIPlatformError ? error.data.error : undefined;
}
