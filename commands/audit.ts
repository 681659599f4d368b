import { z } from 'zod';
import { defineAnswer, visibleTo } from '../src/chatops/command.ts';
import { minuteInWords } from '../src/chatops/format.ts';
import { Count } from '../src/chatops/interpret.ts';

const most = 100;
/** More are asked for than are shown: those of what a person may not see are left out. */
const lookedAt = 2_000;

export default defineAnswer({
  name: 'audit',
  summary: 'who asked, agreed and did what: of a cluster, a registry, a run, an approval or a person',
  usage: 'audit [about] [--limit <n>]',
  examples: ['audit', 'audit prod-1', 'audit r-k7m2p9x4tq', 'audit U024BE7LH --limit 50'],
  input: z.strictObject({
    about: z
      .string()
      .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/, 'must be a cluster, a registry, a run, an approval or a member id')
      .optional(),
    limit: Count(most).optional(),
  }),
  async answer({ about, limit }, desk) {
    const visible = new Set([...visibleTo(desk), 'all']);
    const wanted = about ?? desk.here;
    const all = await desk.audit.list({ ...(wanted === undefined ? {} : { about: wanted }), limit: lookedAt });
    const shown = all.filter(({ target }) => visible.has(target)).slice(0, Number(limit ?? 20));
    const of = wanted === undefined ? '' : ` of ${wanted}`;
    if (shown.length === 0) return { tone: 'neutral', title: `Nothing${of} is on record that you may see.` };
    const caption = `On record${of}, newest first`;
    return {
      tone: 'neutral',
      title: caption,
      table: {
        caption,
        columns: ['No.', 'When (UTC)', 'Who', 'On', 'What', 'Run'],
        rows: shown.map(({ seq, at, by, target, kind, what, run, approval }) => [
          seq,
          minuteInWords(at),
          by,
          target,
          kind === 'refusal' ? `refused: ${what}` : what,
          run ?? approval ?? '',
        ]),
      },
    };
  },
});
