import { describe, expect, it } from 'vitest';
import { manualClock } from '../../sandbox/slack/clock.ts';
import { postMessage, removeMessage, replaceMessage } from '../../sandbox/slack/messages.ts';
import type { Block, Message } from '../../sandbox/slack/model.ts';
import { createState, type State } from '../../sandbox/slack/state.ts';
import { columns } from '../../sandbox/slack/transcript/lines.ts';
import { follow, namesIn, transcript } from '../../sandbox/slack/transcript.ts';
import { defaultWorkspace } from '../../sandbox/slack/workspace.ts';
import { approval, backups, newer, progress } from './slack-layouts.ts';

const start = new Date('2026-11-23T10:04:03Z');

function emptySlack(): State {
  const secrets = { botToken: 'b', appToken: 'a', signingSecret: 's', verificationToken: 'v', scopes: [] };
  return createState(defaultWorkspace, { id: 'A1', name: 'Salvor', botId: 'B1', ...secrets }, manualClock(start));
}

function blocksOf(layout: readonly object[]): readonly Block[] {
  const blocks: readonly Block[] = JSON.parse(JSON.stringify(layout));
  return blocks.map((block, index) => ({ ...block, block_id: `b${index}` }));
}

interface Said {
  readonly blocks?: readonly object[];
  readonly thread?: string;
  readonly onlyYou?: string;
}

function says(state: State, user: string, text: string, { blocks = [], thread, onlyYou }: Said = {}): Message {
  return postMessage(state, {
    channel: 'C0PROD1',
    user,
    text,
    byApp: user === 'U0SALVOR',
    blocks: blocksOf(blocks),
    ...(thread ? { thread_ts: thread } : {}),
    ...(onlyYou ? { onlyYou } : {}),
  });
}

function printed(state: State, options: { readonly width?: number; readonly isColoured?: boolean } = {}): string {
  const messages = [...(state.messages.get('C0PROD1')?.values() ?? [])];
  return transcript(messages, { names: namesIn(state), timeZone: 'UTC', now: start, ...options });
}

describe('transcript', () => {
  it('prints who said what and when, replies below their root', () => {
    const state = emptySlack();
    const root = says(state, 'U0ALICE', 'Is *prod-1* safe? See <https://runbooks.example|the runbook>, <@U0BOB>');
    says(state, 'U0CAROL', 'Somewhere else :eyes:');
    says(state, 'U0BOB', 'Yes.\n> as of today', { thread: root.ts });
    expect(printed(state)).toMatchInlineSnapshot(`
      "10:04  Alice Adler
             Is prod-1 safe? See the runbook (https://runbooks.example), @Bob Brandt
        │ 10:04  Bob Brandt
        │        Yes.
        │        ▏ as of today

      10:04  Carol Chen
             Somewhere else 👀
      "
    `);
  });

  it('prints a progress card with the state of each step in words', () => {
    const state = emptySlack();
    says(state, 'U0SALVOR', 'x', { blocks: progress });
    expect(printed(state)).toMatchInlineSnapshot(`
      "10:04  Salvor (app)
             Snapshot · \`prod-1\` · run \`r_41\`                                    [ ⋯ Show logs · Runbook ]
             Asked for by @U1
             Step 2 of 4 · 12 s
               ✓ Choose a member       complete
                   etcd-2
               ◐ Copy to S3            in progress
                   210 of about 512 MiB · 96 MiB/s
                   bucket (https://s3.example/backups)
               ○ Check what S3 holds   pending
               ○ Write the manifest    pending
             Updated 15:44:03 · worker \`w-2\`
             [ Cancel ]
      "
    `);
  });

  it('prints an approval request with its buttons', () => {
    const state = emptySlack();
    says(state, 'U0SALVOR', 'x', { blocks: approval });
    expect(printed(state)).toMatchInlineSnapshot(`
      "10:04  Salvor (app)
             Approval needed: restore prod-1
             Requested by: @U1
             Reason: Bad rollout
             Needs: 2 of 3
             Expires: 11:04
             ────────────────────────────────────────
             [ Review and approve ] [ Reject ] [ Full plan ]
      "
    `);
  });

  it('aligns tables, numbers to the right', () => {
    const state = emptySlack();
    says(state, 'U0SALVOR', 'x', { blocks: backups });
    expect(printed(state)).toMatchInlineSnapshot(`
      "10:04  Salvor (app)
             Backups · \`prod-1\` · newest 2 of 214
             Backups of prod-1, newest first
             Taken     Size  Verified
             ─────  ───────  ────────
             03:00  412 MiB  yes
             02:00  409 MiB  no
             (picture: Sizes over seven days)
             Sizes (picture: Sizes over seven days)
      "
    `);
  });

  it('tells a table row by row where its columns would be too narrow to read', () => {
    const state = emptySlack();
    const cell = (text: string) => ({ type: 'raw_text', text });
    const names = ['Taken (UTC)', 'Why it was taken', 'Encrypted how', 'Verified when', 'Locked until'];
    const row = ['2026-11-23 03:00', 'schedule nightly', 'no', '–', 'until 2027-02-01'];
    const rows = [names, row, row].map((texts) => texts.map(cell));
    says(state, 'U0SALVOR', 'x', { blocks: [{ type: 'data_table', caption: 'Backups', rows }] });
    expect(printed(state, { width: 50 })).toMatchInlineSnapshot(`
      "10:04  Salvor (app)
             Backups
             Taken (UTC): 2026-11-23 03:00
               Why it was taken: schedule nightly
               Encrypted how: no
               Locked until: until 2027-02-01

             Taken (UTC): 2026-11-23 03:00
               Why it was taken: schedule nightly
               Encrypted how: no
               Locked until: until 2027-02-01
      "
    `);
  });

  it('keeps the blanks a line of code begins with', () => {
    const state = emptySlack();
    const code = { type: 'text', text: 'metadata:\n  name: app\n  labels:\n    tier: front' };
    const elements = [{ type: 'rich_text_preformatted', elements: [code] }];
    says(state, 'U0SALVOR', 'x', { blocks: [{ type: 'rich_text', elements }] });
    expect(printed(state)).toMatchInlineSnapshot(`
      "10:04  Salvor (app)
               metadata:
                 name: app
                 labels:
                   tier: front
      "
    `);
  });

  it('prints the newer blocks', () => {
    const state = emptySlack();
    says(state, 'U0SALVOR', 'x', { blocks: newer });
    expect(printed(state)).toMatchInlineSnapshot(`
      "10:04  Salvor (app)
             Runs
             run  state
             ───  ─────
             r_1  done
             Logs
               no lines yet
               ────────────────────────────────────────
             ▌ prod-1
             ▌ 3 members
             ▌ [ Open ]
             a  b
             ─  ─
               ✗ Verify: error
                   hash differs
             plain words
      "
    `);
  });

  it('says whom an only-you message is for', () => {
    const state = emptySlack();
    says(state, 'U0SALVOR', 'You may not.', { onlyYou: 'U0VERA' });
    expect(printed(state)).toContain('Salvor (app, only visible to Vera Vogel)');
  });

  it('keeps within the width, however long a word is', () => {
    const state = emptySlack();
    says(
      state,
      'U0ALICE',
      `${'word '.repeat(30)}${'x'.repeat(70)} 数据库快照已经保存到对象存储里并且校验通过了没有任何问题`,
    );
    const lines = printed(state, { width: 40 }).split('\n');
    expect(Math.max(...lines.map(columns))).toBeLessThanOrEqual(40);
    expect(lines.length).toBeGreaterThan(7);
  });

  it('lets no message steer the terminal', () => {
    const state = emptySlack();
    says(state, 'U0ALICE', 'before \u001B[2J\u001B]0;title\u0007 after\rgone');
    const steering = ['\u0007', '\u001B', '\r'].filter((one) => printed(state).includes(one));
    expect(steering).toEqual([]);
  });

  it('colours only when asked, and says the same', () => {
    const state = emptySlack();
    says(state, 'U0SALVOR', 'x', { blocks: progress });
    const coloured = printed(state, { isColoured: true });
    expect(coloured).toContain('\u001B[');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences
    expect(coloured.replace(/\u001B\[\d+m/g, '')).toBe(printed(state));
  });
});

describe('follow', () => {
  function following(state: State) {
    const lines: string[] = [];
    const on = (_: 'changed', listener: () => void) => state.onChanged(listener);
    const stop = follow({ state, on }, '#prod-1', (line) => lines.push(line), { timeZone: 'UTC' });
    return { stop, taken: () => lines.splice(0) };
  }

  it('prints new messages whole and leaves old ones alone', () => {
    const state = emptySlack();
    const root = says(state, 'U0ALICE', 'before');
    const { taken } = following(state);
    says(state, 'U0BOB', 'after');
    says(state, 'U0CAROL', 'reply', { thread: root.ts });
    expect(taken()).toEqual([
      '10:04  Bob Brandt',
      '       after',
      '10:04  Alice Adler … before',
      '  │ 10:04  Carol Chen',
      '  │        reply',
    ]);
  });

  it('prints only the facts an edit changed', () => {
    const state = emptySlack();
    const card = says(state, 'U0SALVOR', 'x', { blocks: progress });
    const { taken } = following(state);
    const edited = JSON.stringify(card.blocks)
      .replace('"in_progress"', '"complete"')
      .replace(
        '"task_id":"check","title":"Check what S3 holds","status":"pending"',
        '"task_id":"check","title":"Check what S3 holds","status":"in_progress"',
      )
      .replace('12 s', '14 s')
      .replace('w-2', 'w-3');
    replaceMessage(state, { ...card, blocks: JSON.parse(edited) });
    expect(taken()).toEqual([
      '10:04  Salvor (app) … Snapshot · `prod-1` · run `r_41`',
      '       ↻ ✓ Copy to S3: complete · 210 of about 512 MiB · 96 MiB/s',
      '       ↻ ◐ Check what S3 holds: in progress',
    ]);
  });

  it('does not repeat in a card what its thread says already, but repeats what became true again', () => {
    const state = emptySlack();
    const card = says(state, 'U0SALVOR', 'Waiting');
    says(state, 'U0SALVOR', 'Saved\nSize: 158 MiB', { thread: card.ts });
    const { taken } = following(state);
    replaceMessage(state, { ...card, text: 'Done\nSaved\nSize: 158 MiB' });
    replaceMessage(state, { ...card, text: 'Waiting' });
    expect(taken().filter((line) => line.includes('↻'))).toEqual(['       ↻ Done', '       ↻ Waiting']);
  });

  it('stays silent when only a clock or a button changed', () => {
    const state = emptySlack();
    const card = says(state, 'U0SALVOR', 'x', { blocks: progress });
    const { taken } = following(state);
    const edited = JSON.stringify(card.blocks).replace('w-2', 'w-3').replace('Cancel', 'Stop').replace('12 s', '13 s');
    replaceMessage(state, { ...card, blocks: JSON.parse(edited) });
    expect(taken()).toEqual([]);
  });

  it('tells of reactions and deletions', () => {
    const state = emptySlack();
    const message = says(state, 'U0ALICE', 'hello');
    const { taken } = following(state);
    replaceMessage(state, { ...message, reactions: [{ name: 'eyes', users: ['U0BOB'] }] });
    removeMessage(state, message);
    expect(taken()).toEqual([
      '10:04  Alice Adler … hello',
      '       ↻ Bob Brandt reacted with :eyes:',
      '10:04  (a message of Alice Adler was deleted)',
    ]);
  });

  it('prints nothing once it was ended', () => {
    const state = emptySlack();
    const { stop, taken } = following(state);
    says(state, 'U0ALICE', 'one');
    stop();
    says(state, 'U0ALICE', 'two');
    expect(taken()).toEqual(['10:04  Alice Adler', '       one']);
  });
});
