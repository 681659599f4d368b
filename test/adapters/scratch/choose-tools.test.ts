import { describe, expect, it } from 'vitest';
import { chooseTools, remarkOn } from '../../../src/adapters/scratch/choose-tools.ts';
import type { Program, ProgramName } from '../../../src/adapters/scratch/programs.ts';
import { Refusal } from '../../../src/chatops/errors.ts';
import { compareVersions, versionIn } from '../../../src/chatops/versions.ts';

/** Programs as the finder lists them: 'etcd 3.5.30' and so on. */
function programs(...names: readonly string[]): readonly Program[] {
  const found = names.map((each): Program => {
    const [name = '', text = ''] = each.split(' ');
    const version = versionIn(text);
    if (!isProgram(name) || !version) throw new Error(each);
    return { name, version, path: `/opt/${text}/${name}` };
  });
  return found.toSorted((a, b) => compareVersions(b.version, a.version));
}

const isProgram = (name: string): name is ProgramName => ['etcd', 'etcdutl', 'etcdctl'].includes(name);

function chosen(writtenBy: string | undefined, ...names: readonly string[]): string {
  const { etcd, tool } = chooseTools(programs(...names), writtenBy);
  return `${tool.name} ${tool.version.text}, etcd ${etcd.version.text}`;
}

function refused(writtenBy: string | undefined, ...names: readonly string[]): readonly unknown[] {
  try {
    throw new Error(chosen(writtenBy, ...names));
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return [error.message, error.next];
  }
}

const all = ['3.4.23', '3.5.16', '3.6.8'].flatMap((version) => [`etcd ${version}`, `etcdctl ${version}`]);
const everything = [...all, 'etcdutl 3.5.16', 'etcdutl 3.6.8'];

describe('a backup is tried out', () => {
  it.each([
    ['3.4.9', 'etcdctl 3.4.23, etcd 3.4.23'],
    ['3.5.30', 'etcdutl 3.5.16, etcd 3.5.16'],
    ['3.6.0', 'etcdutl 3.6.8, etcd 3.6.8'],
  ])('of etcd %s with the same minor version, whatever the patch', (writtenBy, tools) => {
    expect(chosen(writtenBy, ...everything)).toBe(tools);
  });

  it('with the newest patch of several', () => {
    expect(chosen('3.5.1', ...everything, 'etcd 3.5.30', 'etcdutl 3.5.30')).toBe('etcdutl 3.5.30, etcd 3.5.30');
  });

  it('with the next newer one where its own is not there', () => {
    expect(chosen('3.4.9', 'etcd 3.6.8', 'etcdutl 3.6.8', 'etcd 3.5.16', 'etcdutl 3.5.16')).toBe(
      'etcdutl 3.5.16, etcd 3.5.16',
    );
    expect(chosen('3.3.15', ...everything)).toBe('etcdctl 3.4.23, etcd 3.4.23');
  });

  it('with the newest one where nobody knows what wrote it', () => {
    expect(chosen(undefined, ...everything)).toBe('etcdutl 3.6.8, etcd 3.6.8');
  });

  it('by etcdctl of 3.5 where there is no etcdutl', () => {
    expect(chosen('3.5.3', 'etcd 3.5.16', 'etcdctl 3.5.16')).toBe('etcdctl 3.5.16, etcd 3.5.16');
  });

  it('with a newer pair where a tool of its own version is missing', () => {
    expect(chosen('3.5.3', 'etcd 3.5.16', 'etcd 3.6.8', 'etcdutl 3.6.8')).toBe('etcdutl 3.6.8, etcd 3.6.8');
  });
});

describe('a worker is refused', () => {
  it('without any etcd, and is told how to get one', () => {
    const [message, next] = refused('3.5.3');
    expect(message).toBe('This worker has no etcd to try backups out with.');
    expect(next).toBe(
      'Install it: apt-get install etcd-server etcd-client; or unpack a release of etcd on the worker and name its directory under drill.binaries in salvor.yaml.',
    );
  });

  it('whose etcd is older than the one that wrote it', () => {
    expect(refused('3.6.8', 'etcd 3.4.23', 'etcdctl 3.4.23')).toEqual([
      'The backup was written by etcd 3.6.8, and the newest etcd of this worker is 3.4.23 (/opt/3.4.23/etcd): an older etcd must not open it.',
      'Install etcd 3.6: unpack a release of etcd on the worker and name its directory under drill.binaries in salvor.yaml.',
    ]);
  });

  it.each([
    ['3.6.8', ['etcd 3.6.8', 'etcdctl 3.6.8'], 'This worker has etcd 3.6.8 but no etcdutl 3.6, which restores for it.'],
    [
      '3.5.3',
      ['etcd 3.5.16', 'etcdutl 3.6.8'],
      'This worker has etcd 3.5.16 but no etcdutl or etcdctl 3.5, which restores for it.',
    ],
    ['3.4.3', ['etcd 3.4.23'], 'This worker has etcd 3.4.23 but no etcdctl 3.4, which restores for it.'],
  ])('with an etcd for %s and no tool that restores for it', (writtenBy, names, message) => {
    expect(refused(writtenBy, ...names)[0]).toBe(message);
  });
});

describe('what restores', () => {
  const remark = (name: string) => programs(name).map(remarkOn)[0];

  it.each(['etcdctl 3.4.40', 'etcdctl 3.5.30'.replace('30', '25'), 'etcdutl 3.5.25'])(
    'is remarked on when it is %s',
    (name) => {
      expect(remark(name)).toContain('blocks a later upgrade to etcd 3.6');
    },
  );

  it.each(['etcdutl 3.5.26', 'etcdutl 3.6.0', 'etcdutl 3.7.1'])('is not when it is %s', (name) => {
    expect(remark(name)).toBeUndefined();
  });
});
