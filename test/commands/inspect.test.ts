import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createOpener } from '../../src/adapters/opener.ts';
import { Refusal } from '../../src/chatops/errors.ts';
import { type Bot, createBot, startedRun } from '../bot.ts';
import { plantSnapshot } from '../fakes/backup-files.ts';
import { type BackupPlanter, createBackupPlanter } from '../fakes/backups.ts';
import { createFakeClock } from '../fakes/clock.ts';
import { clusterOf } from '../fakes/cluster.ts';
import { createFakeObjects } from '../fakes/objects.ts';
import { createFakeScratch, type FakeScratch } from '../fakes/scratch.ts';
import { people } from '../people.ts';

let bot: Bot;
let plant: BackupPlanter;
let scratch: FakeScratch;

beforeEach(async () => {
  const objects = createFakeObjects(createFakeClock(), { buckets: ['main'] });
  scratch = createFakeScratch();
  plant = createBackupPlanter(objects, clusterOf());
  bot = await createBot({ objects, scratch, opener: createOpener({}) });
  await plantSnapshot(plant);
});
afterEach(() => {
  bot.done();
  expect(scratch.openPlaces).toBe(0);
});

async function inspect(words: string): Promise<string> {
  const { id } = startedRun(await bot.types(people.alice, `/salvor inspect ${words}`));
  bot.reply();
  await bot.works();
  return bot.result(id);
}

describe('inspect refuses', () => {
  it('whoever may only look', async () => {
    await bot.types(people.vera, '/salvor inspect prod-1 latest');
    expect(bot.reply()).toContain('This takes the operator right on prod-1');
  });

  it.each([
    ['prod-1 latest --prefix registry', 'must begin with a slash'],
    ['prod-1 latest --prefix /registry/ --key /registry/a', '--prefix and --key: give one of them'],
    ['prod-1 ../../etc/passwd', 'must be the id of a backup'],
    ['prod-1', '<backup> is missing'],
  ])('%s', async (words, why) => {
    await bot.types(people.alice, `/salvor inspect ${words}`);
    expect(bot.reply()).toContain(why);
  });

  it('a backup that is not there, naming those that are', async () => {
    expect(await inspect('prod-1 r-gone --prefix /registry/')).toContain('prod-1 has no backup "r-gone"');
  });

  it('a key that is not there, and says what is beside it', async () => {
    const says = await inspect('prod-1 latest --key /registry/configmaps/default/none');
    expect(says).toContain('r-good of prod-1 has no key /registry/configmaps/default/none');
    expect(says).toContain('inspect prod-1 r-good --prefix /registry/configmaps/default/');
  });

  it('when there is no etcd to restore with, and leaves nothing behind', async () => {
    scratch.fail('open', new Refusal('This worker has no etcd.', 'apt-get install etcd-server etcd-client'));
    expect(await inspect('prod-1 latest --prefix /registry/')).toContain('apt-get install etcd-server etcd-client');
  });
});

describe('inspect', () => {
  it('tells what lies in a backup by resource, without restoring it', async () => {
    const says = await inspect('prod-1 latest');
    expect(says).toContain('r-good of prod-1 holds 92 keys of 5 resources\n  Most are  ');
    expect(says).toMatch(/cert-manager\.io\/certificates +\d+/);
    expect(scratch.requests).toEqual([]);
  });

  it('lists the keys under a prefix with sizes and revisions', async () => {
    const says = await inspect('prod-1 latest --prefix /registry/services/');
    expect(says).toContain('1 key under /registry/services/ in r-good of prod-1');
    expect(says).toMatch(/specs\/default\/kubernetes +8 B +\d+ +\d+ +1 time/);
    expect(says).toContain('inspect prod-1 r-good --key /registry/services/specs/default/kubernetes');
  });

  it('says so when no key begins so', async () => {
    expect(await inspect('prod-1 latest --prefix /registry/gadgets/')).toContain(
      'r-good of prod-1 has no key that begins with /registry/gadgets/',
    );
  });

  it('answers for the revision of the backup, whatever leases end meanwhile', async () => {
    scratch.expires('/registry/leases/kube-system/cp-1');
    expect(await inspect('prod-1 latest --prefix /registry/leases/')).toContain('1 key under /registry/leases/');
  });

  it('shows one key, and says when it is no object', async () => {
    const says = await inspect('prod-1 r-good --key /registry/services/specs/default/kubernetes');
    expect(says).toContain('A value that is no Kubernetes object in r-good of prod-1');
    expect(says).toContain('neither JSON nor a Kubernetes protobuf, 8 B');
  });
});
