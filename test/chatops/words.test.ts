import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Refusal } from '../../src/chatops/errors.ts';
import { words } from '../../src/chatops/words.ts';
import { cases } from '../cases.ts';

describe('words', () => {
  it.each([
    ['snapshot prod-1', ['snapshot', 'prod-1']],
    ['  snapshot \t prod-1\n', ['snapshot', 'prod-1']],
    ['', []],
    ['snapshot prod-1 --reason "before the upgrade"', ['snapshot', 'prod-1', '--reason', 'before the upgrade']],
    ["snapshot prod-1 --reason 'two words'", ['snapshot', 'prod-1', '--reason', 'two words']],
    ['snapshot prod-1 --reason “typed on a phone”', ['snapshot', 'prod-1', '--reason', 'typed on a phone']],
    ['snapshot prod-1 —reason ‘typed on a phone’', ['snapshot', 'prod-1', '--reason', 'typed on a phone']],
    ['snapshot prod-1 –reason x', ['snapshot', 'prod-1', '--reason', 'x']],
    ['snapshot prod-1 --reason="a b"', ['snapshot', 'prod-1', '--reason=a b']],
    ["--reason don't", ['--reason', "don't"]],
    ["--reason 'don't'", ['--reason', "don't"]],
    ['--reason ‘we don’t know’ --x', ['--reason', 'we don’t know', '--x']],
    ['--reason "say \\"stop\\" now"', ['--reason', 'say "stop" now']],
    ['--reason ""', ['--reason', '']],
    [
      '$(reboot) `id` ; rm -rf / && x | y > z',
      ['$(reboot)', '`id`', ';', 'rm', '-rf', '/', '&&', 'x', '|', 'y', '>', 'z'],
    ],
    ['5 — 3', ['5', '—', '3']],
  ])('%j is %j', (text, expected) => {
    expect(words(text)).toEqual(expected);
  });

  it('refuses a quote that is never closed', () => {
    expect(() => words('snapshot "prod-1')).toThrow(Refusal);
  });

  it('gives back any words that were quoted', () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1 })
      .map((text) => text.normalize('NFC').replace(/["”“\\]/g, ''));
    fc.assert(
      fc.property(fc.array(word), (list) => {
        const kept = list.filter((one) => !/^[—―–‑−]/u.test(one));
        expect(words(kept.map((one) => `"${one}"`).join(' '))).toEqual(kept);
      }),
      cases(200),
    );
  });

  it('either answers or refuses, whatever is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        try {
          expect(Array.isArray(words(text))).toBe(true);
        } catch (error) {
          expect(error).toBeInstanceOf(Refusal);
        }
      }),
      cases(1_000),
    );
  });
});
