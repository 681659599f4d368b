import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { validateBlocks } from '../../sandbox/slack/validate.ts';
import type { Report, Text } from '../../src/chatops/report.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { limits } from '../../src/slack/limits.ts';
import { cardHalf } from '../../src/slack/render/halves.ts';
import { renderCard, renderReport, threadHalf } from '../../src/slack/render.ts';
import { cases } from '../cases.ts';
import { at, runRecord, steps } from './runs-to-show.ts';

const layout = { id: 'r-1', calledAs: '/salvor', filesFollow: true };

const nasty = [
  '<!channel> <!here> <!subteam^S0OPERATORS> <@U0BOB> <#C0OPS> <https://evil.example|prod-1>',
  '*bold* _it_ ~no~ `code` ```block``` :tada: > quote &lt;!channel&gt;',
  '\u202Eprod-1\u202C \u200B\uFEFF\u2066x\u2069 \u0000\u0007\u001B[31m',
  'شبكة العنقود رقم ١ — اللقطة جاهزة',
  '👩‍👩‍👧‍👦🏴󠁧󠁢󠁥󠁮󠁧󠁿\uD83D \uDE00',
  'x'.repeat(100_000),
  '😀'.repeat(50_000),
  '\n'.repeat(5000),
  '',
];

function nastyReport(text: string): Report {
  const pieces: Text = [
    text,
    { code: text },
    { code: `${text}\n${text}` },
    { person: text },
    { link: text, label: text },
  ];
  return {
    tone: 'bad',
    title: text,
    text: pieces,
    facts: Array.from({ length: 60 }, () => ({ label: text, value: pieces })),
    table: {
      caption: text,
      columns: Array.from({ length: 30 }, () => text),
      rows: Array.from({ length: 500 }, (_, row) =>
        Array.from({ length: 30 }, (_, column) =>
          column === 0 ? row : column === 1 ? Number.NaN : text.slice(0, 500),
        ),
      ),
    },
    found: Array.from({ length: 40 }, () => ({
      means: text,
      about: Array.from({ length: 9 }, () => ({ subject: text, seen: text })),
      next: text,
    })),
    changed: pieces,
    next: pieces,
    actions: Array.from({ length: 40 }, () => ({
      label: text,
      does: 'command',
      on: text || 'help',
      confirm: text,
      style: 'primary',
    })),
  };
}

function expectWithinLimits(message: { text: string; blocks: readonly unknown[] }): void {
  expect(validateBlocks(message.blocks, 'message')).toEqual([]);
  expect(message.text.length).toBeGreaterThan(0);
  expect(message.text.length).toBeLessThanOrEqual(4000);
}

/** Every string that Slack would read as markup: mrkdwn texts and the message's text. */
function markupIn(message: { text: string; blocks: readonly unknown[] }): string {
  const found: string[] = [message.text];
  JSON.stringify(message.blocks, (_, value) => {
    if (value?.type === 'mrkdwn') found.push(value.text);
    return value;
  });
  return found.join('\n');
}

describe('a report', () => {
  it.each(nasty)('is within every limit, however nasty it is: %#', (text) => {
    expectWithinLimits(renderReport(nastyReport(text), layout));
    expectWithinLimits(renderReport(nastyReport(text), { ...layout, filesFollow: false, prefix: text.slice(0, 20) }));
  });

  it('is within every limit for any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 4000 }), (text) => {
        expectWithinLimits(renderReport(nastyReport(text), layout));
      }),
      cases(15),
    );
  });

  it.each(nasty)('has no markup in it: %#', (text) => {
    const markup = markupIn(renderReport(nastyReport(text), layout));
    expect(markup).not.toMatch(/<[!@#h]/);
  });

  it('shows what cannot be seen', () => {
    const { text } = renderReport({ tone: 'neutral', title: 'prod\u202E1\u200B' }, layout);
    expect(text).toBe('prod\uFFFD1\uFFFD');
  });

  it('shows 100 rows of 500, says how many more there are, and brings all of them as a file', () => {
    const rows = Array.from({ length: 500 }, (_, index) => [`b${index}`, index]);
    const report: Report = {
      tone: 'neutral',
      title: 'Backups',
      table: { caption: 'Backups', columns: ['Name', 'MiB'], rows },
    };
    const { blocks, files } = renderReport(report, layout);
    expect(JSON.stringify(blocks)).toContain('… 400 more rows; see the file.');
    expect(files).toHaveLength(1);
    expect(
      Buffer.from(files[0]?.base64 ?? '', 'base64')
        .toString()
        .split('\r\n'),
    ).toHaveLength(502);
  });

  it('brings the file of a report and those that go with it, in the thread alone', () => {
    const file = (name: string) => ({ name, title: name, base64: '' });
    const report = { tone: 'good', title: 'ready', file: file('a.md'), moreFiles: [file('a.json')] } as const;
    expect(renderReport(threadHalf(report), layout).files.map(({ name }) => name)).toEqual(['a.md', 'a.json']);
    expect(renderReport(cardHalf(report), layout).files).toEqual([]);
  });

  it('lists what was found, each with what was seen and what to do: the worst on the card, the rest in the thread', () => {
    const about = (subject: string) => [{ subject, seen: `seen of ${subject}.` }];
    const found = ['etcd', 'backup', 'cp-1', 'cp-2'].map((subject) => {
      return { means: 'blocker', about: about(subject), next: `mend ${subject}.` };
    });
    const report: Report = { tone: 'warning', title: '4 blockers', found };
    const card = renderCard(runRecord({ state: 'done', endedAt: at(9), report }), '/salvor', at(60));
    const under = renderReport(threadHalf(report), layout);
    for (const { blocks } of [card, under]) expect(validateBlocks(blocks, 'message')).toEqual([]);
    const says = (message: { readonly blocks: readonly unknown[] }, said: string) =>
      JSON.stringify(message.blocks).includes(said);
    for (const [subject, on] of [
      ['etcd', card],
      ['backup', card],
      ['cp-1', card],
      ['cp-2', under],
    ] as const) {
      for (const said of [`blocker: ${subject}`, `seen of ${subject}.`, `mend ${subject}.`])
        expect([card, under].filter((one) => says(one, said))).toEqual([on]);
    }
    expect(says(card, '… 1 more; see the thread.')).toBe(true);
    expect(renderReport(report, layout).text).toContain('blocker: etcd\nmend etcd.');
  });

  it('says of what was found how much more there is than a message holds', () => {
    const found = Array.from({ length: 40 }, (_, nth) => ({
      means: 'warning',
      about: [{ subject: `node ${nth}`, seen: 'x'.repeat(400) }],
      next: 'Look at it.',
    }));
    const { blocks } = renderReport({ tone: 'warning', title: 'x', found }, layout);
    expect(validateBlocks(blocks, 'message')).toEqual([]);
    expect(JSON.stringify(blocks)).toMatch(/… \d+ more; see the file\./);
  });

  it('asks for fewer rows where no file can follow', () => {
    const rows = Array.from({ length: 101 }, (_, index) => [index]);
    const report: Report = { tone: 'neutral', title: 'Runs', table: { caption: 'Runs', columns: ['Run'], rows } };
    const { blocks, files } = renderReport(report, { ...layout, filesFollow: false });
    expect(JSON.stringify(blocks)).toContain('… 1 more row; ask for fewer to see them.');
    expect(files).toEqual([]);
  });

  it.each([
    [1, 1],
    [20, 20],
    [21, 10],
  ])('shows a table of %i rows with %i on a page', (count, pageSize) => {
    const rows = Array.from({ length: count }, (_, index) => [`b-${index}`]);
    const table = { caption: 'Backups', columns: ['Name'], rows };
    const { blocks } = renderReport({ tone: 'neutral', title: 'x', table }, layout);
    expect(blocks).toContainEqual(expect.objectContaining({ type: 'data_table', page_size: pageSize }));
  });

  it('says of an empty table that there is nothing', () => {
    const { blocks } = renderReport(
      { tone: 'neutral', title: 'x', table: { caption: 'Backups', columns: ['Name'], rows: [] } },
      layout,
    );
    expect(JSON.stringify(blocks)).toContain('Backups: none.');
    expect(validateBlocks(blocks, 'message')).toEqual([]);
  });

  it('quotes away what a spreadsheet would run', () => {
    const rows = Array.from({ length: 101 }, () => ['=cmd()|x', 'a,"b"']);
    const { files } = renderReport(
      { tone: 'neutral', title: 'x', table: { caption: 'c', columns: ['a', 'b'], rows } },
      layout,
    );
    expect(Buffer.from(files[0]?.base64 ?? '', 'base64').toString()).toContain(`'=cmd()|x,"a,""b"""`);
  });

  it('leaves a button away whose words would be cut', () => {
    const actions = [
      { label: 'Too long', does: 'command', on: 'x'.repeat(2001) },
      { label: 'Fits', does: 'command', on: 'help' },
    ] as const;
    const { blocks } = renderReport({ tone: 'neutral', title: 'x', actions }, layout);
    expect(JSON.stringify(blocks)).not.toContain('Too long');
    expect(JSON.stringify(blocks)).toContain('Fits');
  });

  it('makes a link of web addresses only', () => {
    const { blocks } = renderReport(
      { tone: 'neutral', title: 'x', text: [{ link: 'javascript:alert(1)', label: 'run' }] },
      layout,
    );
    expect(JSON.stringify(blocks)).toContain('run (javascript:alert(1))');
    expect(JSON.stringify(blocks)).not.toContain('"type":"link"');
  });

  it('says commands as they must be typed in Slack', () => {
    const next = ['See ', { command: 'runs r-1' }];
    const report: Report = {
      tone: 'neutral',
      title: 'x',
      facts: [{ label: 'All', value: [{ command: 'runs' }] }],
      next,
    };
    const { text, blocks } = renderReport(report, layout);
    expect(text).toBe('x\nAll: /salvor runs\nNext: See /salvor runs r-1');
    expect(JSON.stringify(blocks)).toContain('{"type":"text","text":"/salvor runs r-1","style":{"code":true}}');
  });

  it('keeps the end of a long log', () => {
    const code = Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n');
    const { blocks } = renderReport({ tone: 'neutral', title: 'Log', text: [{ code }] }, layout);
    expect(JSON.stringify(blocks)).toContain('line 4999');
    expect(JSON.stringify(blocks)).not.toContain('line 0\\n');
  });
});

describe('a card', () => {
  it('of a running run says the step, the bytes, the speed and the time left', () => {
    const run = runRecord({
      state: 'running',
      attempt: 1,
      worker: 'w-2',
      startedAt: at(0),
      steps: steps(2),
      progress: { done: 327_155_712, total: 1_288_490_188, unit: 'bytes', since: at(2) },
    });
    const { text, blocks } = renderCard(run, '/salvor', at(6));
    expect(text).toBe(
      'Running: snapshot of prod-1\n25 % · 312 MiB of about 1.2 GiB · 78.0 MiB/s · about 12 s left\nRun r-k7m2p9x4tq',
    );
    expect(blocks.map((block) => block.type)).toEqual(['rich_text', 'plan', 'actions', 'context']);
    expect(blocks[1]).toMatchObject({ title: 'Step 3 of 5: stream to S3 · 6.0 s' });
    expectWithinLimits({ text, blocks });
  });

  it('of a running run says that its worker is silent', () => {
    const note =
      'Its worker w-2 gave no sign of life for 30 s; no other worker serves site main. Start one, or cancel.';
    const card = renderCard(runRecord({ state: 'running', worker: 'w-2', note }), '/salvor', at(6));
    expect(JSON.stringify(card.blocks[0])).toContain(note);
  });

  it('can be stopped while it runs, after a question, and not once it was asked to stop', () => {
    const run = runRecord({ state: 'running', steps: steps(2) });
    expect(JSON.stringify(renderCard(run, '/salvor', at(6)))).toContain('run.cancel');
    expect(JSON.stringify(renderCard(run, '/salvor', at(6)))).toContain('Stop this run?');
    const stopping = renderCard({ ...run, cancel: { by: 'bob', at: at(5) } }, '/salvor', at(6));
    expect(JSON.stringify(stopping)).not.toContain('run.cancel');
    expect(JSON.stringify(stopping)).toContain('Asked to stop by bob.');
  });

  it('says of approved work that stopping it leaves what it has changed', () => {
    const approval = { id: 'a-1', mode: 'run' as const };
    const shown = (more: Partial<RunRecord>) =>
      JSON.stringify(renderCard(runRecord({ state: 'running', ...more }), '/salvor', at(6)));
    expect(shown({ approval })).toContain('until somebody resumes it or rolls it back');
    expect(shown({})).toContain('What it has not finished is not kept.');
  });

  it('of a failed run offers to retry it, to read its log and to see its steps', () => {
    const report: Report = { tone: 'bad', title: 'S3 refused the upload', changed: 'nothing', next: 'Check the role.' };
    const run = runRecord({ state: 'failed', steps: steps(2), endedAt: at(9), report });
    const card = renderCard(run, '/salvor', at(60));
    expect(card.text).toBe('Failed: S3 refused the upload\nWhat was changed: nothing\nNext: Check the role.');
    expect(JSON.stringify(card.blocks)).toContain('run.retry');
    expect(JSON.stringify(card.blocks)).toContain('run.logs');
    expect(JSON.stringify(card.blocks)).toContain('run.steps');
  });

  it('of an ended run is short: its thread says the rest, and neither what the other says', () => {
    const report: Report = {
      tone: 'good',
      title: 'prod-1 is saved',
      text: 'The member was behind.',
      facts: [
        { label: 'Where', value: 's3://b/k', onCard: true },
        { label: 'Keys', value: '40 000' },
      ],
      table: { caption: 'Parts', columns: ['Part'], rows: [['first']] },
      next: 'Sleep well.',
    };
    const run = runRecord({ state: 'done', steps: steps(5), startedAt: at(0), endedAt: at(9), report });
    const card = renderCard(run, '/salvor', at(60));
    const under = renderReport(threadHalf(report), layout);
    expect(card.blocks.map((block) => block.type)).toEqual([
      'rich_text',
      'rich_text',
      'rich_text',
      'actions',
      'context',
    ]);
    expect(JSON.stringify(card.blocks)).toContain('took 9.0 s · ended');
    for (const said of ['The member was behind.', 's3://b/k', '40 000', 'first', 'Sleep well.']) {
      const places = [card, under].filter(({ blocks }) => JSON.stringify(blocks).includes(said));
      expect(places, said).toHaveLength(1);
    }
    expect(under.text).toBe('prod-1 is saved\nKeys: 40 000');
  });

  it('leaves a text that it must cut to its thread, whole', () => {
    const text = `${'The member was behind. '.repeat(40)}So another was chosen.`;
    const report: Report = { tone: 'warning', title: 'prod-1 is saved', text };
    const card = renderCard(runRecord({ state: 'done', endedAt: at(9), report }), '/salvor', at(60));
    expect(JSON.stringify(card.blocks)).toContain('…');
    expect(JSON.stringify(renderReport(threadHalf(report), layout).blocks)).toContain('So another was chosen.');
  });

  it('ends with cluster, run, person, worker and time, whatever its state', () => {
    const { blocks } = renderCard(runRecord({ state: 'running', worker: 'w-2', attempt: 2 }), '/salvor', at(6));
    expect(blocks.at(-1)).toMatchObject({
      type: 'context',
      elements: [
        { text: 'prod-1 · run r-k7m2p9x4tq · for' },
        { text: '<@U0ALICE>' },
        { text: '· worker w-2 · try 2 · as of' },
        { text: '<!date^1795435206^{date_short_pretty} {time_secs}|2026-11-23 12:00 UTC>' },
      ],
    });
  });

  it.each(nasty)('is within every limit, however nasty the run is: %#', (text) => {
    for (const state of ['queued', 'running', 'done', 'failed', 'refused', 'cancelled'] as const) {
      const run = runRecord({
        state,
        target: text,
        words: text,
        worker: text,
        note: text,
        steps: Array.from({ length: 80 }, () => ({ name: text, state: 'in_progress', detail: text, startedAt: at(0) })),
        progress: { done: 5, total: 3, unit: text, since: at(0) },
        cancel: { by: text, at: at(1) },
        actor: { kind: 'terminal', id: text, name: text, grants: [] },
        report: nastyReport(text),
      });
      const card = renderCard(run, '/salvor', at(6));
      expectWithinLimits(card);
      expect(markupIn(card).replaceAll(/<!date\^\d+\^[^|>]*\|[^>]*>/g, '')).not.toMatch(/<[!@#h]/);
    }
  });

  it('leaves room within the limit over all blocks', () => {
    expect(limits.blockCharacters).toBeLessThan(13_200);
  });
});
