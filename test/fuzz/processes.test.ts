import { spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hostsOf } from '../../src/adapters/ansible/inventory.ts';
import { furnish } from '../../src/adapters/ansible/workplace.ts';
import { shellWords } from '../../src/ops/playbook/shell-words.ts';
import type { PlaybookRequest } from '../../src/ports/ansible.ts';
import { cases } from '../cases.ts';
import { anyJson, anyText } from './texts.ts';

const root = resolve(import.meta.dirname, '../..');

describe('processes', () => {
  it('are started in these files and by no shell', () => {
    const files = globSync('{src,commands,jobs}/**/*.ts', { cwd: root }).toSorted();
    const starting = files.filter((file) => readFileSync(join(root, file), 'utf8').includes('child_process'));
    expect(starting).toEqual([
      'src/adapters/ansible/run-playbook.ts',
      'src/adapters/ansible/workplace.ts',
      'src/adapters/scratch/run-program.ts',
      'src/adapters/scratch/start-etcd.ts',
    ]);
    for (const file of starting)
      expect(readFileSync(join(root, file), 'utf8')).not.toMatch(/\bshell:|execSync|\bexec\b[^(]*'node:child_process'/);
  });
});

const host = fc.record({
  name: fc.oneof(anyText, fc.constantFrom('cp-1', 'cp-2')),
  address: fc.oneof(anyText, fc.ipV4(), fc.ipV6()),
  connection: fc.constantFrom('ssh' as const, 'local' as const),
  user: fc.oneof(anyText, fc.constant('root')),
  variables: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), anyJson, { maxKeys: 3 }),
});
const plainHost = host.map((one) => ({ ...one, address: '10.0.0.1', user: 'root' }));
const request: fc.Arbitrary<PlaybookRequest> = fc.record({
  target: anyText,
  playbook: fc.oneof({ weight: 5, arbitrary: fc.constant('etcd-restore/site.yaml') }, anyText),
  inventory: fc.record({
    groups: fc.record({ etcd: fc.array(fc.oneof({ weight: 4, arbitrary: plainHost }, host), { maxLength: 3 }) }),
    variables: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), anyJson, { maxKeys: 3 }),
  }),
  secrets: fc.dictionary(fc.stringMatching(/^[a-z_]{1,8}$/), anyText, { maxKeys: 2 }),
  tags: fc.array(fc.oneof({ weight: 4, arbitrary: fc.constantFrom('stop', 'start-etcd') }, anyText), { maxLength: 2 }),
  timeLimitMs: fc.constant(1000),
});

/** Texts that Ansible would look for templates in: all but those it is told to take as they are. */
function looseTexts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null || '__ansible_unsafe' in value) return [];
  return Object.values(value).flatMap(looseTexts);
}

describe('ansible-playbook', () => {
  it('is given options of ours alone, and no text that it would carry out', async () => {
    await fc.assert(
      fc.asyncProperty(request, async (asked) => {
        let chosen: ReturnType<typeof hostsOf>;
        try {
          chosen = hostsOf(asked);
        } catch (error) {
          expect(error).toBeInstanceOf(RangeError);
          return;
        }
        const directory = await mkdtemp(join(tmpdir(), 'salvor-fuzz-'));
        try {
          const setup = { directory, playbooks: '/playbooks', path: '/usr/bin', agent: undefined, keys: {}, chosen };
          const { words } = await furnish(asked, setup);
          const at = (name: string) => join(directory, name);
          expect(words).toEqual([
            ...[
              '--inventory',
              at('inventory.json'),
              '--limit',
              'salvor_chosen',
              '--extra-vars',
              `@${at('secrets.json')}`,
            ],
            ...(asked.tags?.length ? ['--tags', asked.tags.join(',')] : []),
            '/playbooks/etcd-restore/site.yaml',
          ]);
          for (const tag of asked.tags ?? []) expect(tag).toMatch(/^\w[\w-]*$/);
          const inventory = JSON.parse(await readFile(at('inventory.json'), 'utf8'));
          const loose = [inventory, JSON.parse(await readFile(at('secrets.json'), 'utf8'))].flatMap(looseTexts);
          expect(loose.filter((text) => /\{[{%#]|^-/.test(text) && text !== '{{ ansible_playbook_python }}')).toEqual(
            [],
          );
        } finally {
          await rm(directory, { recursive: true, force: true });
        }
      }),
      cases(300),
    );
  });
});

describe('commands that people are given to type', () => {
  it('come out of a shell as the words that went in', () => {
    const word = anyText.filter((text) => !text.includes('\0') && text.isWellFormed());
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 8 }), (argv) => {
        const { stdout } = spawnSync('/bin/sh', ['-c', `printf '%s\\0' ${shellWords(argv)}`], { encoding: 'utf8' });
        expect(stdout.split('\0').slice(0, -1)).toEqual(argv);
      }),
      cases(60),
    );
  });
});
