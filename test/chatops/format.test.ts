import { describe, expect, it } from 'vitest';
import { bytesInWords, counted, durationInWords, firstFew, numberInWords } from '../../src/chatops/format.ts';

describe('numbers in words', () => {
  it.each([
    [0, '0 B'],
    [1023, '1023 B'],
    [1536, '1.5 KiB'],
    [104_830_000, '100 MiB'],
    [532_000_000, '507 MiB'],
    [8_589_934_592, '8.0 GiB'],
  ])('%d bytes are %s', (bytes, text) => expect(bytesInWords(bytes)).toBe(text));

  it.each([
    [0, '0 ms'],
    [40.4, '40 ms'],
    [4520, '4.5 s'],
    [59_700, '60 s'],
    [252_000, '4 min 12 s'],
    [3_600_000, '1 h'],
    [26_100_000, '7 h 15 min'],
    [200_000_000, '2 d 8 h'],
  ])('%d ms are %s', (ms, text) => expect(durationInWords(ms)).toBe(text));

  it('groups digits and counts nouns', () => {
    expect(numberInWords(48_211_907n)).toBe('48 211 907');
    expect(counted(1, 'member')).toBe('1 member');
    expect(counted(2, 'member')).toBe('2 members');
  });

  it('names the first three and counts the rest', () => {
    expect(firstFew([])).toBe('');
    expect(firstFew(['a', 'b', 'c'])).toBe('a; b; c');
    expect(firstFew(['a', 'b', 'c', 'd', 'e'])).toBe('a; b; c; and 2 more');
  });
});
