import type { JsonObject } from './model.ts';

/** What the Web API answers as `{ok: false, error: code}`, with HTTP 200. */
export class ApiError extends Error {
  readonly code: string;
  readonly extra: JsonObject;

  constructor(code: string, extra: JsonObject = {}) {
    super(code);
    this.name = 'ApiError';
    this.code = code;
    this.extra = extra;
  }
}

/** `invalid_arguments` and its kin, with each reason the way Slack words it in `response_metadata.messages`. */
export function refusedWith(code: string, reasons: readonly string[]): ApiError {
  return new ApiError(code, {
    ...(code === 'invalid_blocks' ? { errors: reasons } : {}),
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  });
}

/** What a person cannot do in Slack's own window: click what is not there, write where they are no member. */
export class CannotDo extends Error {
  constructor(sentence: string) {
    super(sentence);
    this.name = 'CannotDo';
  }
}
