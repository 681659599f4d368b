import { describe, expect, it } from 'vitest';
import { Fault } from '../../src/chatops/errors.ts';
import type { RunRecord } from '../../src/chatops/run.ts';
import { startedRun } from '../bot.ts';
import { type HarborHouse, imageOf, installerOf, openHarborHouse } from './harbor-house.ts';

const asked = '/salvor images reg-eu';
const old = ['harbor-core', 'harbor-db', 'prepare'].map((name) => imageOf(name, '2.10.3'));
const running = [imageOf('harbor-core', '2.12.4', 'harbor-core'), imageOf('prepare', '2.12.4')];
const wayBack = { directory: '/opt/harbor.before-m1-2.10.3', version: '2.10.3', is_whole: true, is_open: false };

/** Upgraded from 2.10.3, and well since. */
async function upgraded(): Promise<HarborHouse> {
  const house = await openHarborHouse('2.12.4');
  house.images = [...old, ...running];
  house.waysBack = [wayBack];
  return house;
}

/** The button of a look. */
function button(house: HarborHouse, { id }: RunRecord): string {
  const [action] = house.bot.said(id).actions ?? [];
  expect(action).toMatchObject({ does: 'command', style: 'danger' });
  return `/salvor ${action?.on}`;
}

const names = ({ images }: HarborHouse) => images.map(({ name }) => name);
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('a look', () => {
  it('shows what can go with its size, what stays and why, and removes nothing', async () => {
    const house = await upgraded();
    const { run, says } = await house.asks(asked);
    expect(run.state).toBe('done');
    expect(oneLine(says)).toContain(
      'reg-eu runs 2.12.4: 3 images of older releases can go, at most 768 MiB; nothing is removed yet',
    );
    expect(says).toMatch(/^ {2}Goes +3 of Harbor 2\.10\.3$/m);
    expect(says).toMatch(/^ {2}Stays of 2\.12\.4 +2 images: it is installed$/m);
    expect(says).toMatch(/goharbor\/harbor-core:v2\.10\.3 +256 MiB/);
    expect(says).toMatch(/^ {2}Changed +nothing$/m);
    expect(house.bot.said(run.id).measures).toEqual({ removable: 3, removableBytes: 3 * 2 ** 28 });
    expect(names(house)).toHaveLength(5);
  });

  it('says what a way back by hand would take, and warns where its package is not there', async () => {
    const house = await upgraded();
    const without = await house.asks(asked);
    expect(house.bot.said(without.run.id).tone).toBe('warning');
    expect(oneLine(without.says)).toMatch(
      /Way back to 2\.10\.3 \/opt\/harbor\.before-m1-2\.10\.3 and its copy of the database stay\. .* does not lie on the host/,
    );
    Object.assign(house.facts, { packages: [installerOf('2.10.3')] });
    const { run, says } = await house.asks(asked);
    expect(house.bot.said(run.id).tone).toBe('neutral');
    expect(oneLine(says)).toContain('the package of 2.10.3, which lies on the host.');
  });

  it('leaves what a container is made of, and what is newer than what runs', async () => {
    const house = await upgraded();
    house.images = [imageOf('harbor-core', '2.10.3', 'someones'), imageOf('harbor-core', '2.14.1'), ...running];
    const { run, says } = await house.asks(asked);
    expect(says).toContain('reg-eu: no old image can go; it runs 2.12.4');
    expect(says).toMatch(/Stays of 2\.14\.1 +1 image: it is newer than 2\.12\.4, which is installed/);
    expect(says).toMatch(/Stays of 2\.10\.3 +1 image: someones is made of it/);
    expect(house.bot.said(run.id).actions ?? []).toEqual([]);
  });

  it('leaves what an upgrade that is not at its end may have to go back to, unless somebody says otherwise', async () => {
    const house = await upgraded();
    house.waysBack = [{ ...wayBack, is_open: true }];
    const { says } = await house.asks(asked);
    expect(oneLine(says)).toMatch(/Stays of 2\.10\.3 3 images: an upgrade that is not at its end may have to go back/);
    const { run } = await house.asks(`${asked} --also 2.10.3`);
    const confirming = button(house, run);
    expect(confirming).toMatch(/^\/salvor images reg-eu --also 2\.10\.3 --confirm [0-9a-f]{12}$/);
    await house.asks(confirming);
    expect(names(house)).toEqual(running.map(({ name }) => name));
    expect(await house.refused(`${asked} --also 2.9.1`)).toContain('No images of 2.9.1 stay for a way back');
  });

  it('is refused where nobody can say which version is installed', async () => {
    const house = await upgraded();
    Object.assign(house.facts, { version: null });
    expect(await house.refused(asked)).toContain('Which version of reg-eu is installed is not known');
  });

  it('fails where the host cannot be reached, and says what to do', async () => {
    const house = await upgraded();
    house.unreachable = 'timed out';
    const { run, says } = await house.asks(asked);
    expect(run.state).toBe('failed');
    expect(oneLine(says)).toContain('Next Look at that host, then ask again.');
  });
});

describe('once confirmed', () => {
  it('removes exactly what was shown, tells each, and the same click again removes nothing', async () => {
    const house = await upgraded();
    const confirming = button(house, (await house.asks(asked)).run);
    const { run, says } = await house.asks(confirming);
    expect(says).toMatch(/^\[ok\] reg-eu: removed 3 images, at most 768 MiB$/m);
    expect(says).toMatch(/^ {2}Changed +3 images removed$/m);
    expect(names(house)).toEqual(running.map(({ name }) => name));
    const log = (await house.bot.runs.logs(run.id)).map(({ line }) => line);
    const audit = await house.bot.audit.list({ about: run.id, limit: 9 });
    expect(audit.map(({ kind, what }) => `${kind}: ${what}`)).toContainEqual(
      `request: ${confirming.replace('/salvor ', '')}`,
    );
    expect(log).toEqual(expect.arrayContaining(old.map(({ name }) => `removed: ${name}`)));
    expect(await house.refused(confirming)).toContain('is not the code of what would be done now');
    expect(names(house)).toHaveLength(2);
  });

  it('is refused when another image has come to be old, or has the name of one', async () => {
    const house = await upgraded();
    const confirming = button(house, (await house.asks(asked)).run);
    house.images = [...house.images, imageOf('nginx-photon', '2.10.3')];
    expect(await house.refused(confirming)).toContain('is not the code of what would be done now');
    house.images = [{ ...imageOf('harbor-core', '2.10.3'), id: 'sha256:other' }, ...old.slice(1), ...running];
    expect(await house.refused(confirming)).toContain('is not the code of what would be done now');
    expect(names(house)).toHaveLength(5);
  });

  it('leaves what a container has come to use at the last moment, and says so', async () => {
    const house = await upgraded();
    const confirming = button(house, (await house.asks(asked)).run);
    house.onReaching = ([tag]) => {
      if (tag === 'clear-images') house.images = [imageOf('harbor-db', '2.10.3', 'rescue'), ...house.images.slice(2)];
    };
    const { run, says } = await house.asks(confirming);
    expect(house.bot.said(run.id).tone).toBe('warning');
    expect(oneLine(says)).toContain('reg-eu: removed 2 images, at most 512 MiB; 1 image stayed');
    expect(oneLine(says)).toContain('goharbor/harbor-db:v2.10.3: rescue uses it');
  });

  it('goes on after a worker was lost, with what was confirmed and nothing else', async () => {
    const house = await upgraded();
    const confirming = button(house, (await house.asks(asked)).run);
    let times = 0;
    house.onReaching = ([tag]) => {
      if (tag !== 'clear-images' || ++times > 1) return;
      house.images = [...house.images.slice(1), imageOf('nginx-photon', '2.10.3')];
      throw new Fault('lost', { port: 'ansible', operation: 'run', code: 'ANSIBLE_LOST', retryable: true });
    };
    const { run, says } = await house.asks(confirming);
    expect(run).toMatchObject({ state: 'done', attempt: 2 });
    expect(says).toMatch(/^\[ok\] reg-eu: removed 3 images/m);
    expect(names(house)).toEqual([...running, imageOf('nginx-photon', '2.10.3')].map(({ name }) => name));
  });

  it('says that some may be gone where it failed in the middle', async () => {
    const house = await upgraded();
    const confirming = button(house, (await house.asks(asked)).run);
    house.onReaching = ([tag]) => {
      if (tag === 'clear-images') house.unreachable = 'timed out';
    };
    const { run, says } = await house.asks(confirming);
    expect(run.state).toBe('failed');
    expect(oneLine(says)).toContain('Changed not known: some of 3 images may be removed');
  });
});

describe('is refused', () => {
  it.each([
    ['a viewer', 'vera'],
    ['an approver', 'bob'],
  ] as const)('to %s, also to look', async (_, who) => {
    const { bot, people, channel } = await upgraded();
    for (const words of [asked, `${asked} --confirm 5f2a90c41be7`]) {
      await bot.types(people[who], words, { channel });
      expect(bot.reply()).toContain('This takes the operator right on reg-eu');
    }
    expect(bot.queued).toEqual([]);
  });

  it('while an upgrade holds the registry', async () => {
    const { bot, people, channel } = await upgraded();
    const lease = { target: 'harbor/reg-eu', run: 'r-upgrade', approval: 'a-upgrade', worker: 'one' };
    await bot.leases.take(lease);
    await bot.types(people.alice, `${asked} --confirm 5f2a90c41be7`, { channel });
    expect(bot.reply()).toContain('reg-eu is held by run r-upgrade: nothing else may change it meanwhile.');
    expect(bot.queued).toEqual([]);
  });

  it('while another removal is under way', async () => {
    const { bot, people, channel } = await upgraded();
    const { id } = startedRun(await bot.types(people.alice, asked, { channel }));
    bot.reply();
    await bot.types(people.alice, asked, { channel });
    expect(bot.reply()).toContain(id);
    expect(bot.queued).toHaveLength(1);
  });

  it('with a code that none can be', async () => {
    const { bot, people, channel } = await upgraded();
    await bot.types(people.alice, `${asked} --confirm yes`, { channel });
    expect(bot.reply()).toContain('See the plan and its code: /salvor images reg-eu');
  });
});
