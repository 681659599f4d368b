import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chinese, joined } from '../../src/languages/chinese.ts';
import { languageOf } from '../../src/languages/language.ts';
import { phrases } from '../../src/languages/phrases.ts';
import { createTranslator, type Writing } from '../../src/languages/translator.ts';
import { cases } from '../cases.ts';

const joints: Writing['joints'] = [
  ['. ', '。'],
  ['; ', '；'],
  [' · ', ' · '],
  [': ', '：'],
  [', ', '，', '、'],
  [' and ', '，并且', ' 和 '],
];
const catalogue = phrases(
  {
    'There are no runs{0} yet that you may see.': '目前还没有你可以看到的{0}任务。',
    ' of {0}': ' {0} 的',
    '{0} of {1}': '{1} 的 {0}',
    '{0#} of {1#}': '{0}/{1}',
    '{0} member': '{0} 个成员',
    '{0} members': '{0} 个成员',
    'the member {0} does not answer': '成员 {0} 没有应答',
    'Took {0}': '耗时 {0}',
    'the version of {0}': '{0} 的版本',
    '{0} min {1} s': '{0} 分 {1} 秒',
    '{0} is frozen by {1}{2}.': '{0} 已由 {1} 冻结{2}。',
    ', until {0}': '，直到 {0}',
    'Look at {0} since {1}': '从 {1} 起查看 {0}',
    'since {0}': '自 {0} 起',
    'Since {0}, {1}: {2}.': '自 {0} 起，{1}：{2}。',
    nothing: '没有',
  },
  ['kubectl'],
);
const writing: Writing = { joints, stops: { '.': '。', ':': '：' }, joined };
const say = createTranslator(catalogue, writing);

describe('a sentence', () => {
  it.each([
    ['There are no runs yet that you may see.', '目前还没有你可以看到的任务。'],
    ['Since 1.37, the version of m1: nothing.', '自 1.37 起，m1 的版本：没有。'],
    ['There are no runs of prod-1 yet that you may see.', '目前还没有你可以看到的 prod-1 的任务。'],
    ['The member m1 does not answer: 3 members. Took 4 min 12 s', '成员 m1 没有应答：3 个成员。耗时 4 分 12 秒'],
    ['2 of 3', '2/3'],
    ['1 The version of m1 · 2 Took 3 min 2 s · 3 Took 2 of 3', '1 m1 的版本 · 2 耗时 3 分 2 秒 · 3 耗时 2/3'],
    ['snapshot of prod-1', 'prod-1 的 snapshot'],
    ['prod-1 is frozen by alice, until 9:00.', 'prod-1 已由 alice 冻结，直到 9:00。'],
    ['prod-1 is frozen by alice.', 'prod-1 已由 alice 冻结。'],
    ['m1, m2 and m3', 'm1、m2 和 m3'],
    ['the version of m1; the version of m2; 3 members', 'm1 的版本；m2 的版本；3 个成员'],
    ['Took 3 min 2 s: prod-1 is frozen by alice.', '耗时 3 分 2 秒：prod-1 已由 alice 冻结。'],
  ])('%s', (english, translated) => {
    expect(say(english)).toBe(translated);
  });

  it('that is none of ours stays as it was written, though phrases stand in it', () => {
    for (const text of [
      'we moved the key of a member to b',
      'because nothing else helped',
      '把 prod-1 恢复到昨天',
      'kubectl get pods',
    ]) {
      expect(say(text)).toBe(text);
    }
  });

  it('loses nothing that is no phrase of ours, wherever it stands', () => {
    const phrase = fc.constantFrom(...Object.keys(catalogue).map((one) => one.replaceAll(/\{\d#?\}/g, 'x')));
    const piece = fc.oneof(fc.string(), phrase, fc.constantFrom('. ', '; ', ': ', ', ', ' and ', ' of '));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), fc.nat(40), (pieces, at) => {
        expect(say(pieces.toSpliced(at, 0, 'r-7c2e').join(''))).toContain('r-7c2e');
      }),
      cases(300),
    );
  });
});

describe('a text without end', () => {
  it.each([
    ['in one line', 'warning, since '.repeat(2700)],
    ['in many lines', `${'x, since xxxx '.repeat(60)}\n`.repeat(50)],
  ])('%s keeps nobody waiting: it stays as it is, or its end does', (_, text) => {
    const said = chinese.say(text);
    expect(said.slice(-300)).toBe(text.slice(-300));
  });
});

describe('a catalogue', () => {
  it('takes no translation with a slot that its phrase lacks', () => {
    // @ts-expect-error: {1} stands in no 'Took {0}'.
    expect(phrases({ 'Took {0}': '耗时 {1}' })).toBeDefined();
    expect(phrases({ 'Took {0}': '耗时 {0}' }, ['kubectl'])).toEqual({ 'Took {0}': '耗时 {0}', kubectl: 'kubectl' });
  });
});

describe('a text of several pieces', () => {
  const language = languageOf('zh-CN', catalogue, writing);

  it('has them in the order of the other language', () => {
    const time = { time: '2026-11-28T00:00:00.000Z' };
    const code = { code: 'nothing' };
    expect(language.text(['Look at ', code, ' since ', time])).toEqual(['从 ', time, ' 起查看 ', code]);
  });

  it('never loses or repeats a piece', () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(...Object.keys(catalogue)),
      fc.constantFrom({ code: 'a' }, { command: 'b' }, { person: 'U1' }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const said = chinese.text(pieces);
        const others = (typeof said === 'string' ? [] : said).filter((one) => typeof one !== 'string');
        const given = pieces.filter((one) => typeof one !== 'string');
        expect(others.map((one) => JSON.stringify(one)).sort()).toEqual(given.map((one) => JSON.stringify(one)).sort());
      }),
      cases(300),
    );
  });
});
