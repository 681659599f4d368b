import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { programName } from '../../src/config/program.ts';
import { inShell } from '../../src/terminal/in-shell.ts';

it('says a command with program, quotes and --as around it', () => {
  const asTyped = inShell('node src/main.ts', 'U024BE7LH');
  expect(asTyped('runs r-abc')).toBe('node src/main.ts run "runs r-abc" --as U024BE7LH');
});

it.each(['runs', 'snapshot prod-1 --reason "before"', "--reason 'don’t'", 'a $(id) `id` \\ ! "it\'s"'])(
  'quotes %j so that a shell hands it on as it is',
  (words) => {
    const asTyped = inShell('printf "%s\\n"', 'U1');
    expect(execFileSync('sh', ['-c', asTyped(words)], { encoding: 'utf8' })).toBe(`run\n${words}\n--as\nU1\n`);
  },
);

it('names the program as it was called', () => {
  expect(programName({})).toBe('node src/main.ts');
  expect(programName({ npm_lifecycle_event: 'salvor' })).toBe('npm run --silent salvor --');
});
