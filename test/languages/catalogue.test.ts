import { globSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cronInWords } from '../../src/chatops/cron-in-words.ts';
import { durationInWords } from '../../src/chatops/format.ts';
import { chinese, chineseRooms } from '../../src/languages/chinese.ts';
import { harborReleases } from '../../src/ops/harbor/facts/releases.ts';
import { apiRemovals } from '../../src/ops/kubernetes/upgrade/facts/api-removals.ts';
import { etcdFacts } from '../../src/ops/kubernetes/upgrade/facts/etcd.ts';
import { removedSettings } from '../../src/ops/kubernetes/upgrade/facts/removed-settings.ts';
import { versionSkew } from '../../src/ops/kubernetes/upgrade/facts/version-skew.ts';
import { insteadOf } from '../../src/ops/kubernetes/upgrade/removals.ts';
import { sayingsInThreads } from '../../src/slack/heard/thread-words.ts';
import { phrasesIn, phrasesOf } from './phrases.ts';

const root = resolve(import.meta.dirname, '../..');
const said = phrasesOf(root, ['src/**/*.ts', 'commands/*.ts', 'jobs/*.ts']);
/** What data files say, by the room of the catalogue that has it. */
const inFiles = {
  playbooks: texts('playbooks/**/*.{yaml,yml}', /^\s*(?:- )?name: ([A-Z].* .*)$/gm),
  'alert-advice': texts('deploy/alerts/*.yaml', /^\s*advice: (.+)$/gm),
  'kubernetes-facts': sentences([
    ...removedSettings().rows.flatMap(({ kind, name, effect, replacement }) => [
      ...(kind === 'behaviour' ? [name] : []),
      effect,
      replacement,
    ]),
    ...apiRemovals().rows.flatMap(({ notes = [] }) => notes),
    ...etcdFacts().gates.map(({ rule }) => rule),
    ...etcdFacts().unsound.map(({ why }) => why),
    etcdFacts().rollback.rule,
    ...versionSkew().rules.map(({ text }) => text),
    ...versionSkew().order.map(({ detail }) => detail),
    versionSkew().nextIs,
  ]),
  'harbor-facts': sentences([
    ...harborReleases().rows.flatMap(({ migration, rejectedFlags, lost, warnings, notes }) => [
      ...[migration?.note, lost?.evidence, lost?.next, ...warnings, ...notes],
      ...rejectedFlags.map(({ effect }) => effect),
    ]),
    harborReleases().jumps.refusedByContainer.why,
    harborReleases().jumps.silentEmptyDatabase.why,
    harborReleases().helm.rule,
  ]),
};
const { amounts, words, ...rooms } = chineseRooms;
const all = Object.entries(rooms).flatMap(([room, phrases]) =>
  Object.entries(phrases).map(([phrase, translation]) => ({ room, phrase, translation })),
);
const fromCode = all.filter(({ room }) => !(room in inFiles));
const known = new Set([...Object.keys(amounts), ...Object.keys(words), ...all.map(({ phrase }) => phrase)]);
/** What `pattern` finds in files, once. */
function texts(files: string, pattern: RegExp): ReadonlySet<string> {
  const all = globSync(files, { cwd: root }).map((file) => readFileSync(resolve(root, file), 'utf8'));
  return new Set(all.flatMap((text) => [...text.matchAll(pattern)].map(([, found = '']) => found.trim())));
}

/** The facts that are more than a name, once. */
function sentences(facts: readonly (string | undefined)[]): ReadonlySet<string> {
  return new Set(facts.filter((fact) => fact !== undefined).filter((fact) => fact.includes(' ')));
}

const slotsOf = (phrase: string) => [...new Set(phrase.match(/\{\d/g) ?? [])];

describe('the Chinese catalogue', () => {
  it('has every phrase that the code says', () => {
    expect(said.filter(({ text }) => !known.has(text)).map(({ file, text }) => `${file}: ${text}`)).toEqual([]);
  });

  it('has none that nobody says any more', () => {
    const found = new Set(said.map(({ text }) => text));
    expect(fromCode.filter(({ phrase }) => !found.has(phrase))).toEqual([]);
  });

  it('says each in one place', () => {
    const seen = new Map<string, string>();
    const twice = fromCode.filter(({ phrase, room }) => seen.has(phrase) || !seen.set(phrase, room));
    expect(twice).toEqual([]);
  });

  it('has words of its own for what is put together bit by bit, and for nothing else', () => {
    expect(Object.keys(words).filter((word) => all.some(({ phrase }) => phrase === word))).toEqual([]);
    const together = [
      ...['30 2 * * *', '0 3 * * 1-5', '*/15 * * * *'].map((cron) => `${cronInWords(cron)} UTC`),
      ...sayingsInThreads('salvor').map(({ does }) => does),
      ...[40, 4500, 252_000, 26_100_000, 200_000_000].map(durationInWords),
    ];
    expect(together.map(chinese.say).filter((text) => /[a-z]/.test(text))).toEqual([]);
  });

  it.each(Object.entries(inFiles))('has all that files say, and no more: %s', (room, said) => {
    expect(Object.keys(chineseRooms[room as keyof typeof inFiles]).sort()).toEqual([...said].sort());
  });

  it('says facts as they stand in the sentences of checks', () => {
    const said = [
      ...apiRemovals().rows.map(insteadOf),
      ...removedSettings().rows.map(({ kind, name, effect }) =>
        kind === 'behaviour'
          ? `Since 1.30, ${name}: ${effect}.`
          : `The flag ${name} is set, and gone in 1.30: ${effect}.`,
      ),
      ...etcdFacts().gates.map(({ rule }) => `The target brings 3.6.11, and etcd’s own rule is ${rule}.`),
      ...versionSkew().rules.map(({ text }) => `The oldest API server is 1.30: ${text}.`),
      ...harborReleases().rows.flatMap(({ minor, lost, rejectedFlags }) => [
        ...(lost
          ? [`${lost.evidence} There are 3 versions of charts.`, `${lost.next} Or acknowledge it: --lose charts`]
          : []),
        ...rejectedFlags.map(({ effect }) => `The registry uses it. Given to Harbor ${minor}, ${effect}.`),
      ]),
    ];
    const left = said.map(chinese.say).filter((text) => !/\p{Script=Han}/u.test(text) || /[;:.] |[：。]起/.test(text));
    expect(left).toEqual([]);
  });

  it('keeps every slot but the endings of English plurals', () => {
    const lost = all.filter(({ phrase, translation }) =>
      slotsOf(phrase).some((slot) => !translation.includes(slot) && !new RegExp(`[a-z]\\${slot}`).test(phrase)),
    );
    expect(lost).toEqual([]);
  });

  it('is Chinese where it is a sentence', () => {
    const left = all.filter(
      ({ phrase, translation }) => /^\S.*[a-z]\.$/.test(phrase) && !/\p{Script=Han}/u.test(translation),
    );
    expect(left.map(({ phrase }) => phrase)).toEqual([]);
  });
});

describe('phrases', () => {
  const of = (source: string) => phrasesIn('some.ts', source).map(({ text }) => text);

  it('are what is said, each interpolation a slot', () => {
    expect(of(`throw new Refusal(\`Run \${id} is not known.\`, ['See ', { command: 'runs' }]);`)).toEqual([
      'Run {0} is not known.',
      'See {0}',
    ]);
    expect(of("const title = counted(3, 'key');")).toEqual(['{0#} key', '{0#} keys']);
    expect(of(`const facts = [{ label: 'took', value: isOver ? 'done' : \`still \${at}\` }];`)).toEqual([
      'took',
      'done',
      'still {0}',
    ]);
  });

  it('are not what is logged, thrown by mistakes, imported or compared with', () => {
    expect(
      of(
        "import a from 'a b';\nlogger.warn({}, 'went wrong here'); throw new Error('a bug of ours'); if (a === 'some words') b();",
      ),
    ).toEqual([]);
  });

  it('are what an adapter throws: its Fault tells it as the cause', () => {
    const told = phrasesIn('src/adapters/any.ts', "throw new Error('too much for an answer');");
    expect(told.map(({ text }) => text)).toEqual(['too much for an answer']);
  });
});
