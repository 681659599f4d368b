import { expect, it } from 'vitest';
import { createLogger } from '../../src/adapters/logger.ts';
import { Fault } from '../../src/chatops/errors.ts';

function logged(fields: object): string {
  const lines: string[] = [];
  const sink = { write: (line: string) => void lines.push(line) };
  createLogger({ level: 'info', mask: (text) => text.replaceAll('token', '•••'), sink }).warn(fields, 'it failed');
  return lines.join('');
}

const refused = (): Error =>
  Object.assign(new Error('OOM command not allowed'), {
    code: 'OOM',
    command: { name: 'evalsha', args: ['what Alice wrote'] },
    args: ['what Alice wrote'],
  });

it.each([
  ['an error', refused()],
  ['the cause of an error', new Error('outer', { cause: new Error('middle', { cause: refused() }) })],
  ['the cause of a fault', new Fault('no', { port: 'runs', operation: 'admit', retryable: true, cause: refused() })],
  ['an error among several', new AggregateError([refused()], 'all failed')],
  ['an error that another one carries', Object.assign(new Error('cluster'), { lastNodeError: refused() })],
])('tells what went wrong, and not what people wrote, of %s', (_, error) => {
  for (const fields of [{ err: error }, { error }]) {
    const line = logged(fields);
    expect(line).toContain('OOM command not allowed');
    expect(line).not.toContain('Alice');
  }
});

it('masks secrets wherever they are', () => {
  expect(logged({ err: new Error('bad token') })).toContain('bad •••');
});

it('survives an error that holds itself', () => {
  const error = new Error('round');
  expect(logged({ err: Object.assign(error, { self: { error } }) })).toContain('round');
});
