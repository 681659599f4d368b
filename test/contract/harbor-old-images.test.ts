import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, it, onTestFinished } from 'vitest';
import { docker } from '../../sandbox/harbor/host/docker.ts';
import { imagesOf } from '../../sandbox/harbor/host/releases.ts';
import { isThorough } from '../cases.ts';
import { type HarborLab, openHarborLab } from './harbor-lab.ts';
import { type HarborSite, openHarborSite } from './harbor-site.ts';

const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');

describe('after an upgrade', () => {
  let site: HarborSite;
  afterEach(() => site.close());
  const of = (version: string) =>
    site.host.state.docker().images.filter((image) => image.endsWith(`v${version}`)).length;
  const actionsOf = (run: string) => site.bot.said(run).actions ?? [];

  it('two clicks remove the old images, and nothing else; a third one nothing', async () => {
    site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4'] });
    const { id } = await site.plans('/salvor harbor reg-eu 2.12 --reason "fixes"');
    const upgrade = await site.approves(id);
    const button = actionsOf(upgrade.id).find(({ label }) => label === 'Remove old images');
    expect(button).toMatchObject({ does: 'command', on: 'images reg-eu' });
    const before = of('2.12.4');
    const look = await site.asks(`/salvor ${button?.on}`);
    expect(oneLine(look.says)).toContain(`reg-eu runs 2.12.4: ${of('2.10.3')} images of older releases can go`);
    expect(oneLine(look.says)).toContain('the package of 2.10.3, which does not lie on the host');
    expect(of('2.10.3')).toBe(imagesOf('2.10.3').length);
    const [confirming] = actionsOf(look.run.id);
    const removal = await site.asks(`/salvor ${confirming?.on}`);
    expect(oneLine(removal.says)).toContain(`reg-eu: removed ${imagesOf('2.10.3').length} images`);
    expect([of('2.10.3'), of('2.12.4')]).toEqual([0, before]);
    expect(await site.refused(`/salvor ${confirming?.on}`)).toContain('is not the code of what would be done now');
    const { says } = await site.asks('/salvor registry reg-eu');
    expect(says).toContain('[ok] reg-eu runs 2.12.4 and is healthy');
    expect(oneLine(says)).toMatch(
      new RegExp(`Last upgrade 2\\.10\\.3 → 2\\.12\\.4, .*, asked for by Alice, run ${upgrade.id}`),
    );
  }, 200_000);

  it.runIf(isThorough)(
    'that waits between hops there is no such button, and nothing of it goes while it waits',
    async () => {
      const settings = { pause: true };
      site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4', '2.14.1'], settings });
      const { id } = await site.plans('/salvor harbor reg-eu 2.14 --reason "fixes"');
      const run = await site.approves(id);
      expect((await site.approval(id)).state).toBe('paused');
      expect(site.bot.said(run.id).changed).toBe('reg-eu is upgraded from 2.10.3 to 2.12.4');
      expect(actionsOf(run.id).map(({ label }) => label)).toEqual(['Resume', 'Roll back', 'Logs']);
      await site.bot.types(site.people.alice, '/salvor images reg-eu', { channel: 'C0OTHER' });
      expect(site.bot.reply()).toContain(`reg-eu is held by run ${run.id}`);
      const held = oneLine((await site.asks('/salvor registry reg-eu')).says);
      expect(held).toContain('Upgrade not at its end 2.10.3 → 2.12.4 → 2.14.1 waits between two versions');
      expect(held).toContain(`/salvor resume ${id} — or take it back: /salvor rollback ${id}`);
      // Somebody has released it: its marks on the host still say that it is not at its end.
      const lease = await site.bot.leases.find('harbor/reg-eu');
      if (lease) await site.bot.leases.giveBack(lease);
      const { says } = await site.asks('/salvor images reg-eu');
      expect(oneLine(says)).toContain('no old image can go; it runs 2.12.4');
      expect(oneLine(says)).toMatch(
        /Stays of 2\.10\.3 \d+ images: an upgrade that is not at its end may have to go back/,
      );
      expect(oneLine(says)).toMatch(/Stays of 2\.14\.1 \d+ images: it is newer than 2\.12\.4/);
    },
    200_000,
  );

  it.runIf(isThorough)(
    'that was taken back there is no such button either',
    async () => {
      site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4'] });
      const { id } = await site.plans('/salvor harbor reg-eu 2.12 --reason "fixes"');
      site.after.set('install', () => {
        throw new Error('lost');
      });
      await site.approves(id);
      const back = await site.does('rollback', id);
      expect(back.state).toBe('done');
      expect(actionsOf(back.id)).toEqual([]);
    },
    200_000,
  );
});

describe('the playbook', () => {
  /** By its module: what Ansible adds is above. */
  async function open(): Promise<HarborLab> {
    const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-lab-'));
    onTestFinished(() => rm(directory, { recursive: true }));
    const lab = await openHarborLab({ directory, version: '2.12.3' });
    const { images } = lab.host.state.docker();
    lab.host.state.setDocker({ images: [...images, ...imagesOf('2.10.3'), 'goharbor/clair-photon:v2.0.8-v1.8.1'] });
    return lab;
  }
  const hop = (lab: HarborLab) => lab.hop('2.12.3', '2.14.1');
  const core = 'goharbor/harbor-core:v2.10.3';
  const look = async (lab: HarborLab) => (await lab.module('harbor_images', hop(lab), { does: 'look' })).ansible_facts;
  async function idOf(lab: HarborLab, wanted: string): Promise<string> {
    const { salvor_facts: facts } = await look(lab);
    const { images } = facts as { images: readonly { name: string; id: string }[] };
    return images.find(({ name }) => name === wanted)?.id ?? '';
  }

  it('tells of each image which release it is of, and what was made of it, running or not', async () => {
    const lab = await open();
    const { containers } = lab.host.state.docker();
    lab.host.state.setDocker({
      containers: [...containers, { name: 'left-over', image: core, status: 'Exited (0) 3 days ago' }],
    });
    const { salvor_facts: facts } = await look(lab);
    expect(facts).toMatchObject({
      images: expect.arrayContaining([
        expect.objectContaining({ name: core, version: '2.10.3', bytes: 104_857_600, used_by: ['left-over'] }),
        expect.objectContaining({ name: 'goharbor/harbor-core:v2.12.3', used_by: ['harbor-core'] }),
        expect.objectContaining({ name: 'goharbor/clair-photon:v2.0.8-v1.8.1', version: '1.8.1', used_by: [] }),
      ]),
    });
  });

  it('removes what it is told and nothing else, and is content with what is gone', async () => {
    const lab = await open();
    const images = [{ name: core, id: await idOf(lab, core) }];
    const first = await lab.module('harbor_images', hop(lab), { does: 'remove', images });
    expect(first).toMatchObject({ changed: true, ansible_facts: { salvor_facts: { removed: [core], stayed: [] } } });
    expect(lab.host.state.docker().images).toEqual(
      expect.arrayContaining(imagesOf('2.10.3').filter((image) => image !== core)),
    );
    const again = await lab.module('harbor_images', hop(lab), { does: 'remove', images });
    expect(again).toMatchObject({ failed: false, ansible_facts: { salvor_facts: { removed: [core], stayed: [] } } });
  });

  it('leaves what has become another image, what is in use, and what is not of Harbor', async () => {
    const lab = await open();
    const used = 'goharbor/harbor-core:v2.12.3';
    const images = [core, used].map(async (name) => ({ name, id: await idOf(lab, name) }));
    const wanted = await Promise.all(images);
    lab.host.state.setDocker({ ids: { [core]: 'sha256:another' } });
    const { ansible_facts: told } = await lab.module('harbor_images', hop(lab), { does: 'remove', images: wanted });
    expect(told.salvor_facts).toEqual({
      removed: [],
      stayed: [
        { name: core, why: 'it is another image by now' },
        { name: used, why: 'harbor-core uses it' },
      ],
    });
    const strange = [{ name: 'postgres:16', id: 'sha256:1' }];
    const refused = await lab.module('harbor_images', hop(lab), { does: 'remove', images: strange });
    expect(refused).toMatchObject({ failed: true, msg: 'postgres:16 is no image of Harbor' });
  });

  it('is refused by Docker where a container was made of it at the last moment', async () => {
    const { host } = await open();
    const made = { name: 'rescue', image: core, status: 'Exited (0) 1 second ago' };
    host.state.setDocker({ containers: [made] });
    expect(() => docker(['image', 'rm', core], host.state)).toThrow('container rescue is using its referenced image');
  });
});
