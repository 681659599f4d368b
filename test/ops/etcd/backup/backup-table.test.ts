import { expect, it } from 'vitest';
import { backupTable } from '../../../../src/ops/etcd/backup/backup-table.ts';
import { readBackups } from '../../../../src/ops/etcd/backup/read-backups.ts';
import { tableText } from '../../../../src/terminal/table-text.ts';
import { createBackupPlanter } from '../../../fakes/backups.ts';
import { createFakeClock } from '../../../fakes/clock.ts';
import { clusterOf } from '../../../fakes/cluster.ts';
import { createFakeObjects } from '../../../fakes/objects.ts';

const clock = createFakeClock();
const copy = { bucket: 'second', prefix: 'copies', address: 's3://elsewhere' };
const cluster = clusterOf({ copy, foreign: ['old'] });
const ago = (hours: number) => new Date(clock.now().getTime() - hours * 3_600_000);

async function tableOf(work: (plant: ReturnType<typeof createBackupPlanter>) => Promise<void>) {
  const objects = createFakeObjects(clock, { buckets: ['main', 'second'] });
  await work(createBackupPlanter(objects, cluster));
  const now = clock.now();
  const { columns, rows } = backupTable(cluster, (await readBackups(objects, cluster, { now })).backups, now);
  return rows.map((row) => Object.fromEntries(columns.map((column, index) => [column, row[index]])));
}

it('says where a copy stands', async () => {
  const rows = await tableOf(async (plant) => {
    plant.own({ id: 'r-2', takenAt: ago(1) });
    plant.copied(plant.own({ id: 'r-1', takenAt: ago(2) }));
  });
  expect(rows.map(({ Copy }) => Copy)).toEqual(['no', 'second']);
});

it('leaves open what nobody knows of a file that something else made', async () => {
  const [row] = await tableOf(async (plant) => {
    const foreign = await plant.foreign('etcd-20260228T060000Z.tar.gz', Buffer.alloc(2048));
    plant.verified(foreign, { passed: false, verifiedAt: clock.now() });
  });
  expect(row).toEqual({
    'Taken (UTC)': '2026-02-28 06:00',
    Why: 'made by something else',
    Age: '1 d 3 h',
    Verified: 'FAILED 0 ms ago',
    Stored: '2.0 KiB',
    Backup: 'etcd-20260228T060000Z.tar.gz',
    ...{ Database: '', Revision: '', Keys: '', etcd: '', Kubernetes: '', 'SHA-256': '', Encrypted: '' },
    ...{ 'Locked until': '', Copy: '' },
  });
});

it('fits a terminal of 80 columns, whatever else it leaves out with its ids whole', async () => {
  const foreign = 'etcd-20260228T060000Z.tar.gz';
  const objects = createFakeObjects(clock, { buckets: ['main', 'second'] });
  const plant = createBackupPlanter(objects, cluster);
  plant.own({ id: 'r-k7m2p9x4tq', takenAt: ago(1), manifest: { reason: 'before the storage work of tonight' } });
  plant.verified(await plant.foreign(foreign, Buffer.alloc(2048)), { passed: false, verifiedAt: clock.now() });
  const { backups } = await readBackups(objects, cluster, { now: clock.now() });
  const table = backupTable(cluster, backups, clock.now());
  expect(Math.max(...tableText(table, Number.POSITIVE_INFINITY).map(({ length }) => length))).toBeGreaterThan(150);
  const [head = '', ...rows] = tableText(table, 80).slice(0, 3);
  expect(Math.max(head.length, ...rows.map(({ length }) => length))).toBeLessThanOrEqual(80);
  expect(head.split(/ {2,}/)).toEqual(['Taken (UTC)', 'Age', 'Verified', 'Copy', 'Backup']);
  expect(rows.map((row) => row.split(/ {2,}/).at(-1))).toEqual(['r-k7m2p9x4tq', foreign]);
});

it('cuts a long reason short', async () => {
  const [row] = await tableOf(async (plant) => {
    plant.own({ id: 'r-1', takenAt: ago(1), manifest: { reason: 'x'.repeat(300) } });
  });
  expect(row?.Why).toHaveLength(48);
});
