import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { defineAnswer } from '../../src/chatops/command.ts';
import { Refusal } from '../../src/chatops/errors.ts';
import { findCommand, interpret, Name, Reason } from '../../src/chatops/interpret.ts';
import { words } from '../../src/chatops/words.ts';
import { reportText } from '../../src/terminal/report-text.ts';

const verify = defineAnswer({
  name: 'verify',
  summary: 'check a backup',
  usage: 'verify <cluster> [backup] [--reason <text>] [--quick]',
  examples: ['verify prod-1 latest'],
  input: z.strictObject({
    cluster: Name,
    backup: Name.optional(),
    reason: Reason.optional(),
    quick: z.literal(true).optional(),
  }),
  answer: async () => ({ tone: 'neutral', title: 'checked' }),
});

const clusters = ['prod-1', 'prod-2', 'staging'];
const asTyped = (words: string) => `/salvor ${words}`;
const heard = (text: string, cluster?: string) => interpret(verify, words(text), { cluster, clusters });

function refusalOf(work: () => unknown): Refusal {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
  throw new Error('was not refused');
}

const said = ({ message, next = '' }: Refusal) => reportText({ tone: 'warning', title: message, next }, asTyped);

describe('interpret', () => {
  it('reads positions and flags in any order', () => {
    expect(heard('--quick prod-1 --reason "a good one" latest')).toEqual({
      cluster: 'prod-1',
      backup: 'latest',
      quick: true,
      reason: 'a good one',
    });
  });

  it('takes --flag=value as --flag value', () => {
    expect(heard('prod-1 --reason=because')).toEqual({ cluster: 'prod-1', reason: 'because' });
  });

  it('takes the cluster of the channel where none is named', () => {
    expect(heard('', 'prod-1')).toEqual({ cluster: 'prod-1' });
    expect(heard('latest', 'prod-1')).toEqual({ cluster: 'prod-1', backup: 'latest' });
    expect(heard('prod-2', 'prod-1')).toEqual({ cluster: 'prod-2' });
  });

  it('takes a mistyped cluster for a mistyped cluster, not for a backup of the channel’s own', () => {
    expect(heard('prod-3', 'prod-1')).toEqual({ cluster: 'prod-3' });
  });

  it.each([
    ['', '<cluster> is missing.'],
    ['prod-1 latest more', '"more" is one word too many. Put quotes around text with blanks.'],
    ['prod-1 --raeson x', 'There is no option --raeson; did you mean --reason?'],
    ['prod-1 --endpoints=https://evil.example', 'There is no option --endpoints'],
    ['prod-1 -e x', '"-e" is not an option here; options start with two dashes.'],
    ['prod-1 --reason', '--reason needs a value.'],
    ['prod-1 --reason --quick', '--reason needs a value.'],
    ['prod-1 --quick=yes', '--quick takes no value.'],
    ['prod-1 --quick --quick', '--quick is given twice.'],
    ['PROD-1', '<cluster> must be lower-case letters, digits, dots and dashes, as in salvor.yaml'],
    ['"../etc/passwd"', '<cluster> must be lower-case letters, digits, dots and dashes, as in salvor.yaml'],
    ['"prod-1\nprod-2"', '<cluster> must be lower-case letters, digits, dots and dashes, as in salvor.yaml'],
    ['рrod-1', '<cluster> must be lower-case letters, digits, dots and dashes, as in salvor.yaml'],
    ['prod-1 ../etc/passwd', '[backup] must be lower-case letters, digits, dots and dashes, as in salvor.yaml'],
    ['prod-1 --reason x', '--reason must say in a few words why'],
  ])('refuses %j and shows the usage', (text, problem) => {
    const refusal = refusalOf(() => heard(text));
    expect(refusal.message).toContain(problem);
    expect(said(refusal)).toContain('Usage: /salvor verify <cluster> [backup]');
    expect(said(refusal)).toContain('for example: /salvor verify prod-1 latest');
  });
});

describe('findCommand', () => {
  it('finds a command however it is capitalised', () => {
    expect(findCommand([verify], 'Verify')).toBe(verify);
  });

  it.each([
    ['verfiy', 'Did you mean this? /salvor verify'],
    ['ver', 'Did you mean this? /salvor verify'],
    ['harbor', 'See /salvor help'],
  ])('says for %j: %s', (typed, next) => {
    expect(said(refusalOf(() => findCommand([verify], typed)))).toContain(next);
  });
});
