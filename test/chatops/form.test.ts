import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/adapters/catalogue.ts';
import { formFor, wordsOfForm } from '../../src/chatops/form.ts';
import { findCommand, Incomplete, interpret } from '../../src/chatops/interpret.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { words } from '../../src/chatops/words.ts';
import { Settings } from '../../src/config/schema.ts';
import { aRun } from '../contract/runs.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { createFakeOutbox } from '../fakes/outbox.ts';
import { createFakeRuns } from '../fakes/runs.ts';
import { people } from '../people.ts';

const { commands } = await loadRegistry();
const cluster = (name: string, channel: string) => ({
  ...{
    environment: 'production',
    channels: [channel],
    etcd: { endpoints: ['http://127.0.0.1:2379'], allowHttp: true },
  },
  backup: { bucket: 'main', prefix: `etcd/${name}` },
});
const settings = Settings.parse({
  slack: { team: 'T0LOCAL' },
  buckets: { main: { bucket: 'etcd-backups' } },
  clusters: { 'prod-1': cluster('prod-1', 'C0PROD'), staging: cluster('staging', 'C0STAGING') },
});

const understand = (text: string) => {
  const [name = '', ...rest] = words(text);
  return interpret(findCommand(commands, name), rest, { clusters: ['prod-1', 'staging'], registries: ['reg-eu'] });
};

function incomplete(text: string): Incomplete {
  try {
    understand(text);
  } catch (error) {
    if (error instanceof Incomplete) return error;
    throw error;
  }
  throw new Error(`nothing is missing in ${text}`);
}

describe('what is asked', () => {
  const clock = createFakeClock();
  const runs = createFakeRuns(clock, createFakeOutbox(clock));
  const ask = (text: string, channel?: string) =>
    formFor(incomplete(text), people.alice, channel, { catalogue: createCatalogue(settings), runs });

  it('is the cluster: those that are spoken of here, else all that this person may look at', async () => {
    const fields = async (channel?: string) =>
      (await ask('snapshot', channel)).fields.map(({ name, options = [] }) => [
        name,
        ...options.map(({ value }) => value),
      ]);
    expect(await fields('C0PROD')).toEqual([['cluster', 'prod-1'], ['reason']]);
    expect(await fields()).toEqual([['cluster', 'prod-1', 'staging'], ['reason']]);
  });

  it('is what is missing alone, with what may be left away', async () => {
    expect(await ask('restore prod-1')).toMatchObject({
      given: { cluster: 'prod-1' },
      fields: [
        { name: 'backup', isOptional: true },
        { name: 'reason', isOptional: false },
      ],
    });
  });

  it('is a backup: the newest, and the snapshots that were taken', async () => {
    await runs.admit(aRun({ id: 'r-taken', job: 'snapshot', target: 'prod-1' }));
    await runs.end('r-taken', undefined, { state: 'done', report: { tone: 'good', title: 'saved' } });
    const [backup] = (await ask('restore prod-1')).fields;
    expect(backup?.options?.map(({ value }) => value)).toEqual(['latest', 'latest-verified', 'r-taken']);
  });

  it.each([
    ['upgrade prod-1', '1.3'],
    ['harbor reg-eu', '2.'],
  ])('of %s is a version that is known', async (text, begins) => {
    const version = (await ask(text)).fields.find(({ name }) => name === 'version');
    expect(version?.options?.[0]?.value.startsWith(begins)).toBe(true);
  });
});

describe('what a form comes to', () => {
  it('is what would have been typed', () => {
    const restore = findCommand(commands, 'restore');
    const answers = { cluster: 'prod-1', backup: 'latest', reason: 'it "broke"' };
    expect(wordsOfForm(restore, answers)).toBe('restore prod-1 latest --reason "it \\"broke\\""');
    expect(wordsOfForm(restore, { ...answers, backup: '' })).toBe('restore prod-1 --reason "it \\"broke\\""');
  });

  it('keeps every option that was said before', () => {
    const { given } = incomplete('restore prod-1 --unverified');
    expect(wordsOfForm(findCommand(commands, 'restore'), { ...given, reason: 'it broke' })).toBe(
      'restore prod-1 --reason "it broke" --unverified',
    );
  });

  it('says a reason as it was written, whatever stands in it: no option, no further word', () => {
    const plain = fc.string({ unit: 'grapheme', minLength: 3, maxLength: 200 });
    const reason = plain.map((text) =>
      text
        .normalize('NFC')
        .replaceAll(/[\p{Cc}\p{Co}\p{Cs}]/gu, '')
        .trim(),
    );
    fc.assert(
      fc.property(
        // As the schema counts: characters, of which some are two units long.
        reason.filter((text) => [...text].length >= 3 && !/\\["”“]|\\$/.test(text)),
        (text) => {
          const input = understand(wordsOfForm(findCommand(commands, 'snapshot'), { cluster: 'prod-1', reason: text }));
          expect(input).toEqual({ cluster: 'prod-1', reason: text });
        },
      ),
      { numRuns: 500, examples: [['--  !'], ['— so it is'], ['--despite-alarm']] },
    );
  });

  it.each(['--unverified', '—unverified', '-endpoints=x', '−−unverified', '‑‑unverified', '―unverified'])(
    'takes %s for a name that there is not, and for a reason, but for no option',
    (answer) => {
      const restore = findCommand(commands, 'restore');
      const said = (backup: string) => wordsOfForm(restore, { cluster: 'prod-1', backup, reason: answer });
      expect(() => understand(said(answer))).toThrow('must be the id of a backup');
      expect(understand(said('latest'))).toEqual({ cluster: 'prod-1', backup: 'latest', reason: answer });
    },
  );

  it('never lets an answer be an option, or name another cluster', () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 60 }), fc.string({ maxLength: 60 }), (name, reason) => {
        const typed = words(wordsOfForm(findCommand(commands, 'snapshot'), { cluster: name, reason }));
        expect(typed.length).toBeLessThanOrEqual(4);
        expect(typed.filter((word) => word.startsWith('-') && word !== '--reason')).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});
