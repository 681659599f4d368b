import { afterAll, beforeAll, expect, it } from 'vitest';
import { bucketOf } from '../../sandbox/bucket.ts';
import { checkNewestBackup } from '../../sandbox/check-backup.ts';
import { startWorld, type World } from './world.ts';

let world: World;
beforeAll(async () => {
  world = await startWorld({ hasKubernetes: true });
  await world.start('all');
});
afterAll(() => world?.stop());

it('a snapshot says which Kubernetes it was of, asked with the rights of Salvor’s own manifest', async () => {
  const run = await world.starts('/salvor snapshot prod-1');
  expect((await world.ended(run.id)).state).toBe('done');
  const connection = bucketOf(world.s3.endpoint, world.bucket, world.environment);
  const { manifest } = await checkNewestBackup(connection, 'etcd/prod-1', world.directory);
  expect(manifest.kubernetesVersion).toBe('v1.36.2');
  expect(world.kubernetes?.knobs.seen({ path: '/version' })).toBeGreaterThan(0);
});
