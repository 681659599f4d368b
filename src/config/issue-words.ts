import type { z } from 'zod';

const kinds: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a section with settings of its own',
  record: 'a section of names, each with its own settings',
};

/** An issue that zod found, as what must be. The schema's own messages, where it has one, go before these. */
export function issueInWords(issue: z.core.$ZodRawIssue): string {
  const absent = issue.input === undefined || issue.input === null ? '; nothing is there' : '';
  return `must ${demand(issue)}${absent}`;
}

function demand(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `be ${kinds[issue.expected] ?? issue.expected}${isUnquoted(issue) ? ', in quotes' : ''}`;
    case 'invalid_value':
      return `be ${oneOf(issue.values)}`;
    case 'invalid_union':
      return 'options' in issue && Array.isArray(issue.options) ? `be ${oneOf(issue.options)}` : 'be something else';
    case 'too_small':
      return bound(issue.origin, issue.inclusive === false ? 'more than' : 'at least', issue.minimum);
    case 'too_big':
      return bound(issue.origin, issue.inclusive === false ? 'less than' : 'at most', issue.maximum);
    case 'invalid_format':
      return issue.format === 'ends_with' ? `end with ${issue.suffix}` : `be a ${issue.format.toUpperCase()}`;
    default:
      return 'be something else';
  }
}

/** YAML takes 0123 and yes for no text. */
function isUnquoted(issue: { readonly expected: string; readonly input?: unknown }): boolean {
  return issue.expected === 'string' && (typeof issue.input === 'number' || typeof issue.input === 'boolean');
}

function bound(origin: string, how: string, amount: number | bigint): string {
  const noun = origin === 'array' ? 'item' : origin === 'string' ? 'character' : undefined;
  return noun === undefined ? `be ${how} ${amount}` : `have ${how} ${amount} ${noun}${amount === 1 ? '' : 's'}`;
}

function oneOf(values: readonly unknown[]): string {
  const last = String(values.at(-1));
  return values.length < 2 ? last : `${values.slice(0, -1).join(', ')} or ${last}`;
}
