import { describe, expect, it } from 'vitest';
import { type Surface, validateBlocks, validateView } from '../../sandbox/slack/validate.ts';
import { approval, approveModal, backups, home, newer, plain, progress, rich } from './slack-layouts.ts';

const section = (text: string) => ({ type: 'section', text: { type: 'mrkdwn', text } });
const button = (fields: object = {}) => ({ type: 'button', action_id: 'a', text: plain('Go'), ...fields });
const actions = (...elements: object[]) => ({ type: 'actions', elements });
const input = (element: object, fields: object = {}) => ({ type: 'input', label: plain('L'), element, ...fields });
const option = (value: string) => ({ text: plain(value), value });
const raw = (text: string) => ({ type: 'raw_text', text });
const dataTable = (fields: object = {}) => ({
  type: 'data_table',
  caption: 'c',
  rows: [[raw('h')], [raw('x')]],
  ...fields,
});
const times = <T>(count: number, one: (index: number) => T) => Array.from({ length: count }, (_, index) => one(index));
const long = (length: number) => 'x'.repeat(length);
const modal = (fields: object = {}) => ({ type: 'modal', title: plain('T'), blocks: [], ...fields });

describe('what Slack takes', () => {
  it.each([
    ['a progress card', progress],
    ['an approval request', approval],
    ['a list of backups', backups],
    ['the newer blocks', newer],
    ['nothing at all', []],
    ['a section of exactly 3,000 characters', [section(long(3000))]],
    ['exactly 50 blocks', times(50, () => ({ type: 'divider' }))],
    ['the same action_id in two blocks', [actions(button()), actions(button())]],
  ])('takes %s in a message', (_, blocks) => {
    expect(validateBlocks(blocks, 'message')).toEqual([]);
  });

  it('takes a modal with inputs', () => {
    expect(validateView(approveModal)).toEqual([]);
  });

  it('takes a Home tab', () => {
    expect(validateView(home)).toEqual([]);
  });

  it('takes 100 blocks in a modal', () => {
    expect(
      validateBlocks(
        times(100, () => ({ type: 'divider' })),
        'modal',
      ),
    ).toEqual([]);
  });
});

type Broken = readonly [what: string, blocks: unknown, place: string, reason: RegExp, surface?: Surface];

const broken: readonly Broken[] = [
  ['blocks that are not a list', { type: 'divider' }, '/blocks', /array/],
  ['51 blocks', times(51, () => ({ type: 'divider' })), '/blocks', /no more than 50/],
  ['101 blocks in a modal', times(101, () => ({ type: 'divider' })), '/blocks', /no more than 100/, 'modal'],
  ['a block that is text', ['divider'], '/blocks/0', /object/],
  ['a block without a type', [{}], '/blocks/0', /missing required field: type/],
  ['a type nobody knows', [{ type: 'banner' }], '/blocks/0/type', /unsupported type: banner/],
  ['an unknown field', [{ type: 'divider', colour: 'red' }], '/blocks/0', /invalid additional property: colour/],
  ['a section without text and fields', [{ type: 'section' }], '/blocks/0', /at least one of: text, fields/],
  ['an empty section text', [section('')], '/blocks/0/text/text', /more than 0/],
  ['a section of 3,001 characters', [section(long(3001))], '/blocks/0/text/text', /less than 3001/],
  ['text that is a bare string', [{ type: 'section', text: 'hi' }], '/blocks/0/text', /object/],
  ['eleven fields', [{ type: 'section', fields: times(11, () => plain('f')) }], '/blocks/0/fields', /no more than 10/],
  [
    'a field of 2,001 characters',
    [{ type: 'section', fields: [plain('a'), plain(long(2001))] }],
    '/blocks/0/fields/1/text',
    /less than 2001/,
  ],
  ['formatted text in a header', [{ ...section('x'), type: 'header' }], '/blocks/0/text/type', /mrkdwn/],
  ['a header of 151 characters', [{ type: 'header', text: plain(long(151)) }], '/blocks/0/text/text', /less than 151/],
  [
    'eleven things in a context',
    [{ type: 'context', elements: times(11, () => plain('c')) }],
    '/blocks/0/elements',
    /10/,
  ],
  [
    '26 buttons',
    [actions(...times(26, (n) => button({ action_id: `${n}` })))],
    '/blocks/0/elements',
    /no more than 25/,
  ],
  ['actions without elements', [actions()], '/blocks/0/elements', /no fewer than 1/],
  [
    'a button text of 76 characters',
    [section('x'), actions(button({ text: plain(long(76)) }))],
    '/blocks/1/elements/0/text/text',
    /less than 76/,
  ],
  ['a button value of 2,001', [actions(button({ value: long(2001) }))], '/blocks/0/elements/0/value', /less than 2001/],
  [
    'a button style of its own',
    [actions(button({ style: 'warning' }))],
    '/blocks/0/elements/0/style',
    /primary, danger/,
  ],
  ['a button to nowhere', [actions(button({ url: 'runbook' }))], '/blocks/0/elements/0/url', /valid URL/],
  [
    'a link that runs script',
    [actions(button({ url: 'javascript:alert(1)' }))],
    '/blocks/0/elements/0/url',
    /valid URL/,
  ],
  [
    'an action_id of 256',
    [actions(button({ action_id: long(256) }))],
    '/blocks/0/elements/0/action_id',
    /less than 256/,
  ],
  [
    'the same action_id twice in a block',
    [actions(button(), button())],
    '/blocks/0/elements/1/action_id',
    /duplicate action_id: a/,
  ],
  [
    'the same block_id twice',
    [
      { type: 'divider', block_id: 'b' },
      { type: 'divider', block_id: 'b' },
    ],
    '/blocks/1/block_id',
    /duplicate block_id: b/,
  ],
  [
    'a confirm text of 301 characters',
    [actions(button({ confirm: { text: plain(long(301)) } }))],
    '/blocks/0/elements/0/confirm/text/text',
    /less than 301/,
  ],
  [
    'a confirm button of 31 characters',
    [actions(button({ confirm: { text: plain('?'), deny: plain(long(31)) } }))],
    '/blocks/0/elements/0/confirm/deny/text',
    /less than 31/,
  ],
  [
    'six options in an overflow menu',
    [actions({ type: 'overflow', options: times(6, (n) => option(`${n}`)) })],
    '/blocks/0/elements/0/options',
    /no more than 5/,
  ],
  [
    'an option text of 76 characters',
    [actions({ type: 'static_select', options: [{ text: plain(long(76)), value: 'v' }] })],
    '/blocks/0/elements/0/options/0/text/text',
    /less than 76/,
  ],
  [
    'a select without options',
    [actions({ type: 'static_select', placeholder: plain('p') })],
    '/blocks/0/elements/0',
    /exactly one of: options, option_groups/,
  ],
  [
    '101 options',
    [actions({ type: 'static_select', options: times(101, (n) => option(`${n}`)) })],
    '/blocks/0/elements/0/options',
    /no more than 100/,
  ],
  [
    'a preselected option that is not offered',
    [actions({ type: 'static_select', options: [option('a')], initial_option: option('b') })],
    '/blocks/0/elements/0/initial_option',
    /must match an option/,
  ],
  [
    'formatted options in a select',
    [actions({ type: 'static_select', options: [{ text: { type: 'mrkdwn', text: 'a' }, value: 'a' }] })],
    '/blocks/0/elements/0/options/0/text/type',
    /unsupported type: mrkdwn/,
  ],
  [
    'eleven checkboxes',
    [actions({ type: 'checkboxes', options: times(11, (n) => option(`${n}`)) })],
    '/blocks/0/elements/0/options',
    /no more than 10/,
  ],
  [
    'a date no calendar has',
    [actions({ type: 'datepicker', initial_date: '2026-13-01' })],
    '/blocks/0/elements/0/initial_date',
    /a date such as/,
  ],
  [
    'a text input among actions',
    [actions({ type: 'plain_text_input' })],
    '/blocks/0/elements/0/type',
    /unsupported type: plain_text_input/,
  ],
  ['a button as an input', [input(button())], '/blocks/0/element/type', /unsupported type: button/, 'modal'],
  ['a file input in a message', [input({ type: 'file_input' })], '/blocks/0/element/type', /unsupported type here/],
  ['two things that take the focus', twoFocused(), '/blocks/1/element/focus_on_load', /only one/, 'modal'],
  ['an image without alt_text', [{ type: 'image', image_url: 'https://a.example/b' }], '/blocks/0', /alt_text/],
  [
    'an image from two places',
    [{ type: 'image', image_url: 'https://a.example/b', slack_file: { id: 'F' }, alt_text: 'a' }],
    '/blocks/0',
    /exactly one of: image_url, slack_file/,
  ],
  ['an alert in a message', [{ type: 'alert', text: plain('a') }], '/blocks/0/type', /in a message: alert/],
  ['a plan in a modal', [{ type: 'plan', title: 'p' }], '/blocks/0/type', /in a modal: plan/, 'modal'],
  ['a container on Home', [{ type: 'container', child_blocks: [] }], '/blocks/0/type', /in a home: container/, 'home'],
  [
    'a step with a status of its own',
    [{ type: 'plan', title: 'p', tasks: [{ type: 'task_card', task_id: 't', title: 't', status: 'running' }] }],
    '/blocks/0/tasks/0/status',
    /pending, in_progress, complete, error/,
  ],
  [
    'two steps with one id',
    [{ type: 'plan', title: 'p', tasks: times(2, () => ({ type: 'task_card', task_id: 't', title: 't' })) }],
    '/blocks/0/tasks/1/task_id',
    /duplicate task_id/,
  ],
  ['step details that are a string', taskWith({ details: 'half' }), '/blocks/0/details', /object/],
  ['a table without a caption', [dataTable({ caption: undefined })], '/blocks/0', /missing required field: caption/],
  ['a table of a header alone', [dataTable({ rows: [[raw('h')]] })], '/blocks/0/rows', /no fewer than 2/],
  ['101 rows and a header', [dataTable({ rows: times(102, () => [raw('x')]) })], '/blocks/0/rows', /no more than 101/],
  ['21 columns', [{ type: 'table', rows: [times(21, () => raw('x'))] }], '/blocks/0/rows/0', /no more than 20/],
  ['uneven rows', [dataTable({ rows: [[raw('a'), raw('b')], [raw('c')]] })], '/blocks/0/rows/1', /must have 2 cells/],
  ['an empty cell', [dataTable({ rows: [[raw('h')], [raw('')]] })], '/blocks/0/rows/1/0/text', /more than 0/],
  ['rich text in a header', [dataTable({ rows: [[rich('h')], [raw('x')]] })], '/blocks/0/rows/0/0/type', /rich_text/],
  [
    'a row header past the last column',
    [dataTable({ row_header_column_index: 1 })],
    '/blocks/0/row_header_column_index',
    /less than 1/,
  ],
  ['pages of 101 rows', [dataTable({ page_size: 101 })], '/blocks/0/page_size', /at most 100/],
  ['two plain tables', times(2, () => ({ type: 'table', rows: [[raw('x')]] })), '/blocks/1', /only one table/],
  [
    'a container collapsed for good',
    [{ type: 'container', title: plain('t'), default_collapsed: true, child_blocks: [{ type: 'divider' }] }],
    '/blocks/0/default_collapsed',
    /is_collapsible/,
  ],
  [
    'a table inside a container',
    [{ type: 'container', title: plain('t'), child_blocks: [dataTable()] }],
    '/blocks/0/child_blocks/0/type',
    /unsupported type: data_table/,
  ],
  ['a card with nothing in it', [{ type: 'card' }], '/blocks/0', /at least one of: hero_image/],
  ['a style that is text', [richWith({ text: 'x', style: 'bold' })], '/blocks/0/elements/0/elements/0/style', /object/],
  ['13,000 characters of markdown', [{ type: 'markdown', text: long(13_000) }], '/blocks/0/text', /less than 12001/],
];

function twoFocused() {
  return times(2, () => input({ type: 'plain_text_input', focus_on_load: true }));
}
function taskWith(fields: object) {
  return [{ type: 'task_card', task_id: 't', title: 't', status: 'pending', ...fields }];
}
function richWith(element: object) {
  return {
    type: 'rich_text',
    elements: [{ type: 'rich_text_section', elements: [{ type: 'text', ...element }] }],
  };
}

describe('what Slack refuses', () => {
  for (const [what, blocks, place, reason, surface = 'message'] of broken) {
    it(`refuses ${what}, and says where`, () => {
      const problems = validateBlocks(blocks, surface);
      expect(problems.map((one) => one.place)).toEqual([place]);
      expect(problems[0]?.reason).toMatch(reason);
    });
  }

  it('reports every mistake, not only the first', () => {
    const blocks = [section(''), { type: 'header', text: plain(long(151)) }];
    expect(validateBlocks(blocks, 'message').map((one) => one.place)).toEqual([
      '/blocks/0/text/text',
      '/blocks/1/text/text',
    ]);
  });

  it('finds too much text over all blocks, under its own code', () => {
    const blocks = times(5, () => section(long(2641)));
    expect(validateBlocks(blocks, 'message')).toEqual([
      { place: '/blocks', reason: expect.stringContaining('13205'), code: 'msg_blocks_too_long' },
    ]);
    expect(
      validateBlocks(
        times(5, () => section(long(2640))),
        'message',
      ),
    ).toEqual([]);
  });
});

describe('what Slack refuses of a view', () => {
  it.each([
    ['a title of 25 characters', modal({ title: plain(long(25)) }), '/view/title/text', /less than 25/],
    ['a modal without a title', modal({ title: undefined }), '/view', /missing required field: title/],
    ['inputs nobody can submit', modal({ blocks: [input({ type: 'plain_text_input' })] }), '/view/submit', /submit/],
    ['3,001 characters of metadata', modal({ private_metadata: long(3001) }), '/view/private_metadata', /3001/],
    ['a title on Home', { type: 'home', title: plain('t'), blocks: [] }, '/view', /additional property: title/],
    ['a view of an old kind', { type: 'workflow_step', blocks: [] }, '/view/type', /unsupported type/],
    ['a broken block in it', modal({ blocks: [section('')] }), '/view/blocks/0/text/text', /more than 0/],
    ['more than 250 kB', modal({ blocks: times(90, () => section('é'.repeat(1500))) }), '/view', /250000 bytes/],
  ])('refuses %s', (_, view, place, reason) => {
    const problems = validateView(view);
    expect(problems.map((one) => one.place)).toEqual([place]);
    expect(problems[0]?.reason).toMatch(reason);
  });
});
