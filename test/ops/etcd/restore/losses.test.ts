import { describe, expect, it } from 'vitest';
import { bumpOf } from '../../../../src/ops/etcd/restore/choose-tools.ts';
import { comingBack, resourcesInWords } from '../../../../src/ops/etcd/restore/losses.ts';
import { resourceOf } from '../../../../src/ops/etcd/restore/resource-of.ts';
import { shellWords } from '../../../../src/ops/playbook/shell-words.ts';

describe('the resource of a key', () => {
  it.each([
    ['/registry/pods/default/a', 'pods'],
    ['/registry/cert-manager.io/certificates/default/a', 'cert-manager.io/certificates'],
    ['/registry/services/specs/default/kubernetes', 'services/specs'],
    ['/registry/namespaces/default', 'namespaces'],
    ['/kubernetes.io/pods/default/a', 'pods'],
    ['/registry/ranges/serviceips', 'ranges'],
    ['/registry/example.org/widgets', '(other)'],
    ['/registry/health', '(other)'],
    ['compact_rev_key', '(other)'],
    ['', '(other)'],
  ])('%s is of %s', (key, resource) => {
    expect(resourceOf(key)).toBe(resource);
  });
});

describe('keys that come back', () => {
  it('are those that the backup had, less those of them that are left', () => {
    const live = { pods: 10, configmaps: 3 };
    expect(comingBack({ live, made: { pods: 4 } }, { pods: 8, configmaps: 3, secrets: 2 })).toEqual({
      pods: 2,
      secrets: 2,
    });
  });
});

describe('how far a revision is raised', () => {
  it.each([
    ['nothing is known', undefined, undefined, 1e9],
    ['little was written since', 5_000n, 1n, 1e9],
    ['the backup is ahead', 1n, 5_000n, 1e9],
    ['almost all of a step was written', 995_000_000n, 1n, 2e9],
    ['three steps were', 3_000_000_000n, 1n, 4e9],
  ])('when %s', (_, liveRevision, backupRevision, bump) => {
    expect(bumpOf({ liveRevision, backupRevision })).toBe(bump);
  });
});

describe('words for people', () => {
  it('name the most frequent resources first, and how many more kinds there are', () => {
    const counts = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`r${index}`, index + 1]));
    expect(resourcesInWords(counts)).toBe('10 r9, 9 r8, 8 r7, 7 r6, 6 r5, 5 r4, 4 r3, 3 r2 and 2 more kinds');
    expect(resourcesInWords({})).toBeUndefined();
  });

  it('quote for a shell whatever it would take for more than a word', () => {
    expect(shellWords(['a', '--b=http://[::1]:2379', 'c d', "it's", '$(x)', ''])).toBe(
      "a --b=http://[::1]:2379 'c d' 'it'\\''s' '$(x)' ''",
    );
  });
});
