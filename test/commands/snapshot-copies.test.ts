import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import type { Objects } from '../../src/ports/objects.ts';
import { type House, openHouse } from './snapshot-house.ts';

const copies = { copies: true };
let house: House;
/** The second bucket as it is from now on. */
let second: Partial<Objects>;

beforeEach(async () => {
  second = {};
  house = await openHouse({ ...copies, between: (objects) => withSecond(objects) });
});
afterEach(() => house.bot.done());

/** Calls that name the second bucket go to `second` where it has them. */
function withSecond(objects: Objects): Objects {
  return new Proxy(objects, {
    get: (behind, name: keyof Objects) => {
      const method = behind[name] as (...asked: unknown[]) => unknown;
      return (at: unknown, ...more: unknown[]) => {
        const isThere =
          at === 'second' || (typeof at === 'object' && at !== null && 'bucket' in at && at.bucket === 'second');
        const other = second[name] as ((...asked: unknown[]) => unknown) | undefined;
        return isThere && other ? other(at, ...more) : method(at, ...more);
      };
    },
  });
}

const down = () => new Fault('elsewhere does not answer.', { port: 'objects', operation: 'store', retryable: true });
const manifests = (bucket: string) => house.objects.keys(bucket).filter((key) => key.includes('/manifests/'));

describe('a copy', () => {
  it('is made after the commit, in a step of its own, and is what the original is', async () => {
    const { run, says } = await house.snapshot();
    expect(run.steps.map(({ name, state }) => `${name}: ${state}`)).toEqual([
      'Choose a member: complete',
      'Copy to the store: complete',
      'Read back: complete',
      'Commit: complete',
      'Copy to s3://elsewhere: complete',
    ]);
    expect(says).toMatch(/^\[ok\] prod-1 is saved/);
    expect(says).toMatch(/Copied +to s3:\/\/elsewhere\/copies\/prod-1\n/);
    const keys = house.keys();
    expect(house.objects.keys('second')).toEqual(keys.map((key) => key.replace('etcd/prod-1', 'copies/prod-1')));
    for (const key of keys) {
      const copy = house.objects.peek({ bucket: 'second', key: key.replace('etcd/prod-1', 'copies/prod-1') });
      expect(copy).toEqual(house.objects.peek({ bucket: 'main', key }));
    }
  });

  it('is named as a step to come from the start', async () => {
    const pause = house.prod.pause('etcd-2', 40_000);
    const taking = house.snapshot();
    await pause.reached;
    const [run] = await house.bot.runs.list({ limit: 1 });
    expect(run?.steps.at(-1)).toMatchObject({ name: 'Copy to s3://elsewhere', state: 'pending' });
    pause.goOn();
    await taking;
  });
});

describe('when the second bucket is down', () => {
  it('the backup is good all the same, and the report warns', async () => {
    second = { store: () => Promise.reject(down()) };
    const { run, says } = await house.snapshot();
    expect(run).toMatchObject({ state: 'done', attempt: 1 });
    expect(says).toMatch(/^\[look\] prod-1 is saved/);
    expect(says).toContain(
      `${run.id} could not be copied to s3://elsewhere: elsewhere does not answer. The next snapshot tries again.`,
    );
    expect([house.manifests().length, house.objects.keys('second').length]).toEqual([1, 0]);
  });

  it('and cannot even be listed, as well', async () => {
    const openUploads = async function* () {
      yield* await Promise.reject<never[]>(down());
    };
    second = { openUploads };
    const { run, says } = await house.snapshot();
    expect(run.state).toBe('done');
    expect(says).toContain('could not be copied to s3://elsewhere: elsewhere does not answer.');
  });

  it('the next snapshot copies what is missing', async () => {
    second = { store: () => Promise.reject(down()) };
    for (const _ of ['once', 'twice']) {
      await house.snapshot();
      house.bot.clock.advance(60_000);
    }
    second = {};
    const { says } = await house.snapshot();
    expect(says).toMatch(/^\[ok\]/);
    expect(says).toMatch(/Copied +to s3:\/\/elsewhere\/copies\/prod-1, and 2 older backups that had none\n/);
    expect(manifests('second')).toHaveLength(3);
  });
});

describe('when it is stopped in the copy', () => {
  it('the backup stands, and its report says that the copy is missing', async () => {
    second = {
      store: async (_, body) => {
        const [run] = await house.bot.runs.list({ limit: 1 });
        await house.bot.runs.cancel(run?.id ?? '', 'Bob');
        await Array.fromAsync(body);
        throw down();
      },
    };
    const { run, says } = await house.snapshot();
    expect(run.state).toBe('done');
    expect(says).toContain('could not be copied to s3://elsewhere');
    expect(house.manifests()).toHaveLength(1);
  });
});
