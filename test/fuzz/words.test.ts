import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import type { AnyCommand } from '../../src/chatops/command.ts';
import { Refusal } from '../../src/chatops/errors.ts';
import { findCommand, interpret } from '../../src/chatops/interpret.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { words } from '../../src/chatops/words.ts';
import { escapeMarkup } from '../../src/slack/literal.ts';
import { plainWords, wordsToBot } from '../../src/slack/words.ts';
import { cases } from '../cases.ts';
import { anyText } from './texts.ts';

let commands: readonly AnyCommand[] = [];
beforeAll(async () => {
  ({ commands } = await loadRegistry());
});

const setting = { cluster: 'prod-1', registry: 'reg-eu', clusters: ['prod-1', 'prod-2'], registries: ['reg-eu'] };

/** What a person is answered: what it came to, or that it is refused; anything else would be a bug. */
function understood(text: string): Record<string, unknown> | undefined {
  try {
    const [name = '', ...rest] = words(text);
    const command = findCommand(commands, name);
    return { ...(interpret(command, rest, setting) as object) };
  } catch (error) {
    if (error instanceof Refusal) return undefined;
    throw error;
  }
}

const piece = fc.oneof(
  { weight: 3, arbitrary: anyText },
  fc.constantFrom(
    'prod-1',
    'reg-eu',
    'latest',
    '1.37',
    '7d',
    '--reason',
    '--since',
    '—reason',
    '--limit',
    '"',
    '“',
    "'",
  ),
  fc.stringMatching(/^--?[a-z@=/.-]{0,20}$/),
);
const typed = fc
  .tuple(fc.nat(), fc.array(piece, { maxLength: 6 }))
  .map(([nth, pieces]) => [commands[nth % commands.length]?.name ?? '', ...pieces].join(' '));

describe('whatever is typed', () => {
  it('is understood or refused, and no name in it can be an option, a path or a second line', () => {
    fc.assert(
      fc.property(typed, (text) => {
        for (const [name, value] of Object.entries(understood(text) ?? {})) {
          if (typeof value !== 'string') continue;
          // What help is asked about is looked up, and goes nowhere else.
          if (name === 'topic') continue;
          expect(value, name).not.toMatch(/[\p{Cc}\p{Cs}]/u);
          // A sentence of a person's own is shown, and never a word of a command.
          if (name !== 'reason') expect(value, name).not.toMatch(/^[-@/~]|[\s;&|`$<>(){}'"\\*?!]/);
        }
      }),
      cases(5000),
    );
  });

  it('comes to the same through Slack, which escapes it', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        expect(plainWords(escapeMarkup(text))).toBe(text.trim());
        expect(wordsToBot(escapeMarkup(text), 'U0SALVOR')).toBeUndefined();
      }),
      cases(3000),
    );
  });

  it('in Slack’s own markup is never more than text', () => {
    const markup = fc.array(
      fc.oneof(anyText, fc.constantFrom('<', '>', '|', '<@U0SALVOR>', '<!channel>', '&lt;', '`')),
    );
    fc.assert(
      fc.property(markup, (pieces) => {
        const text = pieces.join('');
        expect(plainWords(text).length).toBeLessThanOrEqual(text.length + 2 * pieces.length);
        const toBot = wordsToBot(text, 'U0SALVOR');
        if (toBot !== undefined) expect(text.trimStart()).toMatch(/^<@U0SALVOR(\||>)/);
      }),
      cases(3000),
    );
  });
});
