import { expect, it } from 'vitest';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { parseUsage } from '../../src/chatops/usage.ts';
import { readCommandLine } from '../../src/main/command-line.ts';

it('reads what is to be done, with options of ours anywhere', () => {
  const read = readCommandLine(['--as', 'U0ALICE', 'run', 'backups prod-1 --since 7d', '--verbose']);
  expect(read).toEqual({
    flags: { as: 'U0ALICE', verbose: true },
    what: 'run',
    words: 'backups prod-1 --since 7d',
    strange: undefined,
    meant: undefined,
    problem: undefined,
  });
});

it('takes a command of the chat as it is said there', () => {
  expect(readCommandLine(['run', '/salvor snapshot prod-1']).words).toBe('snapshot prod-1');
  expect(readCommandLine(['run', 'snapshot', 'prod-1']).words).toBe('snapshot prod-1');
});

it.each([
  [['backups', 'prod-1', '--since', '7d', '--limit=5'], 'backups prod-1 --since 7d --limit=5', '--since'],
  [['run', 'backups', '--as', 'U0VERA', '--since', '7d'], 'backups --since 7d', '--since'],
  [['run', 'snapshot prod-1', '--reason', 'before it'], 'snapshot prod-1 --reason "before it"', '--reason'],
  [['snapshot', '--reason=before "it"'], `snapshot --reason='before "it"'`, '--reason'],
])('puts together what a shell took apart of the chat’s commands: %j', (typed, words, strange) => {
  expect(readCommandLine(typed)).toMatchObject({ words, strange });
});

it.each([
  [['run', 'upgrade prod-1 1.37', '--manifest', 'a.yaml'], '--manifests'],
  [['run', 'upgrade prod-1 1.37', '--artifact=out'], '--artifacts'],
  [['run', 'runs', '--verbos'], '--verbose'],
  [['run', 'runs', '--quiet'], undefined],
])('knows which option of ours was meant by %j', (typed, meant) => {
  expect(readCommandLine(typed).meant).toBe(meant);
});

it('takes no option of the chat for a slip in one of ours', async () => {
  const { commands } = await loadRegistry();
  const flags = commands.flatMap(({ usage }) => parseUsage(usage).flags.map(({ name }) => `--${name}`));
  expect(flags.filter((flag) => readCommandLine(['run', 'x', flag]).meant !== undefined)).toEqual([]);
});

it.each([
  [['worker', '--site'], '--site needs a value.'],
  [['run', 'runs', '--as', '--verbose'], '--as needs a value.'],
  [['run', 'runs', '--verbose=yes'], '--verbose takes no value.'],
])('says what is wrong with %j', (typed, problem) => {
  expect(readCommandLine(typed).problem).toBe(problem);
});
