import { describe, expect, it } from 'vitest';
import { clock } from '../../../../src/ops/harbor/dangers/clock.ts';
import { disk } from '../../../../src/ops/harbor/dangers/disk.ts';
import { docker } from '../../../../src/ops/harbor/dangers/docker.ts';
import { leftovers } from '../../../../src/ops/harbor/dangers/leftovers.ts';
import { memory } from '../../../../src/ops/harbor/dangers/memory.ts';
import type { Room } from '../../../../src/ops/harbor/observe/observed.ts';
import { found, gap, gib, known, now, says, well } from '../observed.ts';

describe('disk', () => {
  const free = (data: number, install: number, work: number, images: number) => ({
    rooms: known<readonly Room[]>([
      { use: 'data', freeBytes: data * gib },
      { use: 'install', freeBytes: install * gib },
      { use: 'work', freeBytes: work * gib },
      { use: 'docker', freeBytes: images * gib },
    ]),
  });

  // From 2.10.3 to 2.12: a conversion of 1 GiB, a package of 0.5 GiB. Data 1, install 0.5, work 1.5, images 1.5 GiB.
  it.each([
    [free(2, 3, 4, 5), []],
    [free(0.9, 3, 4, 5), ['stop: free space for data']],
    [free(2, 0.4, 4, 5), ['stop: free space for install']],
    [free(2, 3, 1.4, 5), ['stop: free space for work']],
    [free(2, 3, 4, 1.4), ['stop: free space for docker']],
    [free(1.1, 3, 4, 5), ['warning: free space for data']],
    [free(4.4, 4.4, 4.4, 4.4), ['stop: free space for data, install, work and docker']],
    [free(4.6, 4.6, 4.6, 4.6), ['warning: free space for data, install, work and docker']],
    [free(5.7, 5.7, 5.71, 5.7), []],
  ])('with %j says %j', (rooms, expected) => {
    expect(says(disk, well(rooms))).toEqual(expected);
  });

  it('counts a copy of the database for each hop, and from MariaDB one to work on, and three dumps', () => {
    expect(says(disk, well(free(9, 8, 5, 7), '2.8.3'), { to: '2.12' })).toEqual([]);
    expect(says(disk, well(free(9, 8, 2.9, 7), '2.8.3'), { to: '2.12' })).toEqual(['stop: free space for work']);
    expect(says(disk, well(free(1.9, 8, 7, 9), '1.4.3'), { to: '1.6' })).toEqual(['stop: free space for data']);
    expect(says(disk, well(free(2.9, 8, 7, 4.4), '1.4.3'), { to: '1.6' })).toEqual(['stop: free space for docker']);
    expect(says(disk, well(free(2.9, 8, 7, 1.9), '1.4.3'), { to: '1.5' })).toEqual([]);
  });

  it('copies no database that lies outside', () => {
    expect(says(disk, well({ ...free(0.1, 3, 0.9, 5), database: 'external', databaseBytes: gap('its size') }))).toEqual(
      [],
    );
  });

  it('is unknown where it could not be measured', () => {
    expect(says(disk, well({ rooms: gap('the disks'), databaseBytes: gap('its size') }))).toEqual([
      ...['unknown: the disks', 'unknown: its size'],
    ]);
    const rooms = known(free(9, 8, 7, 6).rooms.known.slice(0, 3));
    expect(found(disk, well({ rooms }))).toMatchObject([
      { severity: 'unknown', subject: 'the free space for docker', next: 'Look that 1.5 GiB are free there.' },
    ]);
  });

  it('says how much is needed', () => {
    expect(found(disk, well(free(0.5, 3, 4, 5)))[0]?.evidence).toBe(
      'The upgrade writes about 1.0 GiB, and 512 MiB are free.',
    );
  });
});

describe('memory', () => {
  it('is asked for by the migrator of 1.6 alone', () => {
    const small = { memoryBytes: known(8 * gib) };
    expect(says(memory, well(small, '1.4.3'), { to: '1.6' })).toEqual(['warning: memory for 1.6.3']);
    expect(says(memory, well(small, '1.2.2'), { to: '2.4' })).toEqual(['warning: memory for 1.6.3']);
    expect(says(memory, well({}, '1.4.3'), { to: '1.6' })).toEqual([]);
    expect(says(memory, well(small, '1.6.3'), { to: '1.8' })).toEqual([]);
    expect(says(memory, well({ memoryBytes: gap('its memory') }, '1.4.3'), { to: '1.6' })).toEqual([
      'unknown: its memory',
    ]);
  });
});

describe('Docker and Compose', () => {
  it.each([
    ['27.3.1', '2.29.7', '2.12', []],
    ['20.10.24', 'v2.3.3', '2.15', []],
    ['19.3.15', '1.29.2', '2.15', ['stop: Docker 19.3.15', 'stop: Docker Compose 1.29.2']],
    ['19.3.15', 'v1.29.2', '2.12', ['warning: Docker 19.3.15', 'warning: Docker Compose v1.29.2']],
    ['dev', '2.29.7', '2.12', ['unknown: Docker']],
  ])('%s and %s on the way to %s say %j', (engine, compose, to, expected) => {
    expect(says(docker, well({ docker: known(engine), compose: known(compose) }), { to })).toEqual(expected);
  });

  it('are unknown where they did not answer', () => {
    expect(says(docker, well({ docker: gap('Docker'), compose: gap('Compose') }))).toEqual([
      'unknown: Docker',
      'unknown: Compose',
    ]);
  });
});

describe('the clock of the host', () => {
  const off = (ms: number) => well({ clock: known(new Date(now.getTime() + ms)) });
  it('may be off by a minute', () => {
    expect(says(clock, off(-60_000))).toEqual([]);
    expect(found(clock, off(61_000))).toMatchObject([
      { severity: 'warning', evidence: 'It is 1 min 1 s ahead of Salvor.' },
    ]);
    expect(found(clock, off(-120_000))).toMatchObject([{ evidence: 'It is 2 min behind Salvor.' }]);
    expect(says(clock, well({ clock: gap('its clock') }))).toEqual(['unknown: its clock']);
  });
});

describe('what earlier upgrades left', () => {
  it('is told, all of it in the files', () => {
    const paths = [
      '/opt/harbor.before-a',
      '/opt/harbor.failed-a',
      '/data/database.before-a',
      '/data/database.failed-b',
    ];
    const [finding] = found(leftovers, well({ leftovers: known(paths) }));
    expect([finding?.severity, finding?.all]).toEqual(['warning', paths]);
    expect(finding?.subject).toContain('and 1 more');
    expect(says(leftovers, well())).toEqual([]);
    expect(says(leftovers, well({ leftovers: gap('the host') }))).toEqual(['unknown: the host']);
  });
});
