import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../src/adapters/catalogue.ts';
import { type Actor, authorise } from '../../src/chatops/access.ts';
import type { AnyCommand } from '../../src/chatops/command.ts';
import { type Form, formFor, wordsOfForm } from '../../src/chatops/form.ts';
import { findCommand, Incomplete, interpret } from '../../src/chatops/interpret.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { parseUsage } from '../../src/chatops/usage.ts';
import { words } from '../../src/chatops/words.ts';
import { Settings } from '../../src/config/schema.ts';
import { chinese } from '../../src/languages/chinese.ts';
import { limits } from '../../src/slack/limits.ts';
import { channels, createBot } from '../bot.ts';
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
    expect(backup?.options?.every(({ label }) => label.length <= 75)).toBe(true);
  });

  it.each([
    [
      'restore prod-1',
      'latest: the newest that was tried out; the plan names a newer one',
      'latest-verified: the newest that was tried out and found whole',
    ],
    [
      'restore prod-1 --unverified',
      'latest: the newest backup, tried out or not',
      'latest-verified: the newest that was tried out and found whole',
    ],
    ['inspect', 'latest: the newest backup', 'latest-verified: the newest that was tried out and found whole'],
  ])('of %s says how the newest backups differ, in Chinese too', async (text, ...labels) => {
    const backup = (await ask(text)).fields.find(({ name }) => name === 'backup');
    const said = backup?.options?.slice(0, 2).map(({ label }) => label) ?? [];
    expect(said).toEqual(labels);
    for (const label of said) expect(chinese.say(label)).toMatch(/^latest(-verified)?：\p{Script=Han}+/u);
  });

  it('of upgrade is every version that can be a target, the newest first: of a cluster that was looked at, from what it runs on', async () => {
    const asked = { command: findCommand(commands, 'upgrade'), given: { cluster: 'prod-1' } };
    const parts = { catalogue: createCatalogue(settings), runs };
    const versions = async () => {
      const [version] = (await formFor(asked, people.alice, 'C0PROD', parts)).fields;
      return version?.options?.map(({ value }) => value) ?? [];
    };
    const all = await versions();
    const minors = all.map((version) => Number(version.slice(2)));
    expect(minors).toEqual(minors.toSorted((one, other) => other - one));
    const [newest = 0, second = 0] = minors;
    await runs.admit(aRun({ id: 'r-leaders', job: 'leaders', target: 'prod-1' }));
    const facts = [{ label: 'Kubernetes', value: `v1.${second}.2; 3 of 3 API servers alive: a, b and c` }];
    await runs.end('r-leaders', undefined, { state: 'done', report: { tone: 'good', title: 'well', facts } });
    expect(await versions()).toEqual([`1.${newest}`, `1.${second}`]);
  });

  it.each([
    ['upgrade prod-1', '1.3'],
    ['harbor reg-eu', '2.'],
  ])('of %s is a version that is known', async (text, begins) => {
    const version = (await ask(text)).fields.find(({ name }) => name === 'version');
    expect(version?.options?.[0]?.value.startsWith(begins)).toBe(true);
  });
});

function mustBeGiven({ usage }: AnyCommand): boolean {
  const { positions, flags } = parseUsage(usage);
  return [...positions, ...flags].some(({ required }) => required);
}

it.each(commands.filter(mustBeGiven).map(({ name, title }) => [name, title]))(
  'the form of %s says what comes of it, in a title that fits',
  (_, title = '') => {
    expect(title.length).toBeGreaterThan(0);
    expect(title.length).toBeLessThanOrEqual(limits.modalTitle);
    expect(chinese.say(title)).toMatch(/\p{Script=Han}/u);
  },
);

it.each([
  ['operator', '操作员'],
  ['approver', '审批人'],
  ['viewer', '查看者'],
] as const)('a refusal names the right of a %s in Chinese as the README does', (role, said) => {
  const verdict = authorise(people.eve, { role, target: 'prod-1' });
  const refusal = verdict.kind === 'no' ? [verdict.reason, verdict.next].map(chinese.say).join('') : '';
  expect(refusal).toContain(`此操作需要 prod-1 的${said}权限`);
  expect(refusal).not.toContain(role);
});

describe('who is asked', () => {
  const optionsOf = async (form: Promise<Form>) =>
    (await form).fields.find(({ name }) => name === 'cluster')?.options?.map(({ value }) => value);
  const mixed: Actor = {
    ...people.otto,
    grants: [
      { role: 'viewer', target: 'prod-1' },
      { role: 'operator', target: 'staging' },
    ],
  };

  it.each([
    ['restore', channels.prod, people.vera],
    ['restore prod-1', channels.other, people.carol],
    ['snapshot', channels.other, people.carol],
    ['snapshot', channels.both, people.vera],
  ])(
    'of %s in %s is nobody without the right: they are refused as after all their answers',
    async (text, channel, who) => {
      const bot = await createBot();
      const refusal = 'This takes the operator right on prod-1, which you do not have.';
      await expect(bot.asks(who, text, channel)).rejects.toThrow(refusal);
      expect(await bot.audit.list({ limit: 5 })).toMatchObject([
        { kind: 'refusal', target: 'prod-1', what: expect.stringContaining(refusal) },
      ]);
    },
  );

  it('is nobody who may look at nothing, or names what they may not know of, or speaks elsewhere', async () => {
    const bot = await createBot();
    await expect(bot.asks(people.eve, 'restore', channels.prod)).rejects.toThrow('There is no cluster "prod-1".');
    await expect(bot.asks(people.eve, 'snapshot', channels.both)).rejects.toThrow(
      'There is no cluster that you may look at.',
    );
    await expect(bot.asks(people.otto, 'restore prod-1', channels.both)).rejects.toThrow(
      'There is no cluster "prod-1".',
    );
    await expect(bot.asks(people.alice, 'restore staging')).rejects.toThrow('is spoken of in its own channels only');
  });

  it('picks of those on which they have the right', async () => {
    const bot = await createBot();
    expect(await optionsOf(bot.asks(mixed, 'snapshot', channels.both))).toEqual(['staging']);
    expect(await optionsOf(bot.asks(mixed, 'upgrade', channels.both))).toEqual(['prod-1', 'staging']);
    expect(await optionsOf(bot.asks(people.alice, 'restore', channels.both))).toEqual(['prod-1', 'staging']);
  });

  it('is everybody, of commands that take no right of their own', async () => {
    const bot = await createBot();
    expect((await bot.asks(people.vera, 'lock')).fields[0]).toMatchObject({ name: 'what' });
    expect((await bot.asks(people.vera, 'freeze')).fields[0]).toMatchObject({ name: 'what' });
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
