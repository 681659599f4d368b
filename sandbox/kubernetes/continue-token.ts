import { z } from 'zod';
import { badRequest } from './status-error.ts';

/** Where a list goes on: at which revision (-1 for whatever is newest), after which key. */
export interface Position {
  readonly revision: number;
  /** Below the place that is listed, without a slash before it. */
  readonly after: string;
}

const Token = z.object({ v: z.literal('meta.k8s.io/v1'), rv: z.number(), start: z.string() });

export function writeToken({ revision, after }: Position): string {
  // An API server writes the slash where the place of a consistent list ends, and none in the token of an expired one.
  const start = `${revision < 0 ? '' : '/'}${after}\0`;
  return Buffer.from(JSON.stringify({ v: 'meta.k8s.io/v1', rv: revision, start })).toString('base64url');
}

export function readToken(text: string): Position {
  const decoded = Buffer.from(text, 'base64url').toString('utf8');
  const token = Token.safeParse(parsed(decoded));
  if (!token.success)
    throw badRequest(
      'invalid continue token: continue key is not valid: server does not recognize this encoded version ""',
    );
  const { rv, start } = token.data;
  return { revision: rv, after: start.replace(/^\//, '').replace(/\0$/, '') };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw badRequest(`invalid continue token: continue key is not valid: ${asGoSays(text)}`);
  }
}

/** Go's words for text that is no JSON. */
function asGoSays(text: string): string {
  for (const literal of ['null', 'true', 'false']) {
    if (text[0] !== literal[0]) continue;
    const at = [...literal].findIndex((letter, index) => text[index] !== letter);
    if (at > 0) return `invalid character '${text[at]}' in literal ${literal} (expecting '${literal[at]}')`;
  }
  return text === '' ? 'unexpected end of JSON input' : `invalid character '${text[0]}' looking for beginning of value`;
}
