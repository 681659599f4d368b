import { describe, expect, it } from 'vitest';
import { ago, formatDate } from '../../sandbox/slack/page/dates.js';
import { readMarkdown } from '../../sandbox/slack/page/markdown.js';
import { readMrkdwn } from '../../sandbox/slack/page/mrkdwn.js';
import { readRichText } from '../../sandbox/slack/page/rich-text.js';

const text = (words: string) => ({ kind: 'text', text: words });
const paragraph = (...children: object[]) => ({ kind: 'paragraph', children });

describe('readMrkdwn', () => {
  it.each([
    ['*bold*', { kind: 'bold', children: [text('bold')] }],
    ['_italic_', { kind: 'italic', children: [text('italic')] }],
    ['~gone~', { kind: 'strike', children: [text('gone')] }],
    ['`a *b* c`', { kind: 'code', text: 'a *b* c' }],
    ['*`prod-1`*', { kind: 'bold', children: [{ kind: 'code', text: 'prod-1' }] }],
    ['<https://a.example/x?a=1&amp;b=2|label>', link('https://a.example/x?a=1&b=2', 'label')],
    ['<https://a.example>', link('https://a.example', 'https://a.example')],
    ['https://a.example/x', link('https://a.example/x', 'https://a.example/x')],
    ['<mailto:a@b.example|write>', link('mailto:a@b.example', 'write')],
    ['<@U1>', { kind: 'user', id: 'U1', label: '' }],
    ['<@U1|alice>', { kind: 'user', id: 'U1', label: 'alice' }],
    ['<#C1|ops>', { kind: 'channel', id: 'C1', label: 'ops' }],
    ['<!subteam^S1|@approvers>', { kind: 'usergroup', id: 'S1', label: '@approvers' }],
    ['<!here>', { kind: 'broadcast', range: 'here' }],
    [':white_check_mark:', { kind: 'emoji', name: 'white_check_mark' }],
    ['&lt;b&gt; &amp; c', text('<b> & c')],
    [
      '<!date^1795448643^{time} ({ago})^https://a.example|10:04 UTC>',
      {
        kind: 'date',
        timestamp: 1_795_448_643,
        format: '{time} ({ago})',
        url: 'https://a.example',
        fallback: '10:04 UTC',
      },
    ],
  ])('reads %s', (markup, expected) => {
    expect(readMrkdwn(markup)).toEqual([paragraph(expected)]);
  });

  it.each([
    'snake_case_name',
    '2*3*4',
    '* not bold *',
    '*two\nlines*',
    '10:04:03',
    ':no_such_emoji_here:',
    '<script>alert(1)</script>',
    '<javascript:alert(1)|click>',
    '<data:text/html,x|click>',
  ])('leaves %j as it is', (words) => {
    expect(JSON.stringify(readMrkdwn(words))).not.toMatch(/"kind":"(?:bold|italic|emoji|link)"/);
  });

  it('ends a bare link before the full stop', () => {
    expect(readMrkdwn('see https://a.example/x.')).toEqual([
      paragraph(text('see '), link('https://a.example/x', 'https://a.example/x'), text('.')),
    ]);
  });

  it('parts quotes and fenced code from the words around them', () => {
    expect(readMrkdwn('a\n> b\n&gt; c\n```\nd *e*\n```\nf')).toEqual([
      paragraph(text('a')),
      { kind: 'quote', children: [text('b'), { kind: 'break' }, text('c')] },
      { kind: 'pre', text: 'd *e*' },
      paragraph(text('f')),
    ]);
  });

  it('reads thirteen thousand loose stars without delay', () => {
    const begun = process.threadCpuUsage();
    readMrkdwn('*a '.repeat(13_000));
    expect(process.threadCpuUsage(begun).user).toBeLessThan(2_000_000);
  });
});

describe('readMarkdown', () => {
  it('reads headings, lists, tables and links', () => {
    const markdown = '## Runs\n\n1. **one**\n2. [two](https://a.example)\n\n| a | b |\n|---|--:|\n| 1 | `2` |';
    expect(readMarkdown(markdown)).toEqual([
      { kind: 'heading', level: 2, children: [text('Runs')] },
      {
        kind: 'list',
        isOrdered: true,
        start: 1,
        indent: 0,
        items: [[{ kind: 'bold', children: [text('one')] }], [link('https://a.example', 'two')]],
      },
      {
        kind: 'table',
        rows: [
          [[text('a')], [text('b')]],
          [[text('1')], [{ kind: 'code', text: '2' }]],
        ],
      },
    ]);
  });

  it('makes no link that runs script', () => {
    expect(JSON.stringify(readMarkdown('[x](javascript:alert(1))'))).not.toContain('"link"');
  });
});

describe('readRichText', () => {
  const section = (...elements: object[]) => ({ type: 'rich_text_section', elements });

  it('shows text as it is, markup and all', () => {
    const words = '*a* <@U1> &lt; :x:';
    expect(readRichText({ elements: [section({ type: 'text', text: words })] })).toEqual([paragraph(text(words))]);
  });

  it('nests styles', () => {
    const styled = { type: 'text', text: 'x', style: { bold: true, code: true } };
    expect(readRichText({ elements: [section(styled)] })).toEqual([
      paragraph({ kind: 'bold', children: [{ kind: 'code', text: 'x' }] }),
    ]);
  });

  it('puts no empty line between sections that start with a line break', () => {
    const elements = [section({ type: 'text', text: 'a\n' }), section({ type: 'text', text: '\nb' })];
    expect(readRichText({ elements })).toEqual([paragraph(text('a')), paragraph(text('b'))]);
  });

  it('makes no link that runs script', () => {
    const elements = [section({ type: 'link', url: 'javascript:alert(1)', text: 'x' })];
    expect(readRichText({ elements })).toEqual([paragraph(text('x'))]);
  });
});

describe('formatDate', () => {
  const reader = { now: Date.parse('2026-11-24T01:00:00Z'), locale: 'en-GB', timeZone: 'UTC' };
  const at = Date.parse('2026-11-23T15:44:03Z') / 1000;

  it.each([
    ['{date_num} {time_secs}', '2026-11-23 15:44:03'],
    ['{date_short_pretty} at {time}', 'yesterday at 15:44'],
    ['{date_long}', 'Monday, 23 November 2026'],
    ['{ago}', '9 hours ago'],
    ['{nonsense}', '{nonsense}'],
  ])('fills in %s', (format, expected) => {
    expect(formatDate(at, format, reader)).toBe(expected);
  });

  it('counts days where the reader is', () => {
    expect(formatDate(at, '{date_pretty}', { ...reader, timeZone: 'Asia/Shanghai' })).toBe('yesterday');
    expect(formatDate(at + 3 * 3600, '{date_pretty}', { ...reader, timeZone: 'Asia/Shanghai' })).toBe('today');
  });

  it.each([
    [5, 'just now'],
    [60, '1 minute ago'],
    [-2460, 'in 41 minutes'],
    [90_000, '1 day ago'],
  ])('says %i seconds as %s', (seconds, expected) => {
    expect(ago(1_000_000 - seconds, 1_000_000_000)).toBe(expected);
  });
});

function link(url: string, label: string) {
  return { kind: 'link', url, children: [text(label)] };
}
