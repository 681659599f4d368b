import { expect, it } from 'vitest';
import { backupTable } from '../../../../src/ops/etcd/backup/backup-table.ts';
import { readBackups } from '../../../../src/ops/etcd/backup/read-backups.ts';
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

it('cuts a long reason short', async () => {
  const [row] = await tableOf(async (plant) => {
    plant.own({ id: 'r-1', takenAt: ago(1), manifest: { reason: 'x'.repeat(300) } });
  });
  expect(row?.Why).toHaveLength(48);
});
