import { chmod, readdir, truncate } from 'node:fs/promises';
import { afterEach, expect, it } from 'vitest';
import { contentsOf, writeContents } from '../../sandbox/harbor/host/state.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { filesOf } from '../../src/chatops/report.ts';
import { isThorough } from '../cases.ts';
import { type HarborSite, openHarborSite } from './harbor-site.ts';

let site: HarborSite;
let ticking: NodeJS.Timeout | undefined;
afterEach(async () => {
  clearInterval(ticking);
  await site.close();
});

const to212 = '/salvor harbor reg-eu 2.12 --reason "fixes"';
const open212 = () => openHarborSite({ version: '2.10.3', packages: ['2.12.4'] });
const oneLine = (text: string) => text.replaceAll(/\s+/g, ' ');
const database = () => site.host.state.harbor().database ?? '';
const holds = async () => oneLine((await site.asks('/salvor registry reg-eu')).says);
const asBefore = /\[ok\] reg-eu runs 2\.10\.3 and is healthy .*Holds 2 projects, 2 repositories, 3 artifacts/;

it.runIf(isThorough)(
  'pauses after each hop, shows what became of the configuration, and goes on when somebody says so',
  async () => {
    const settings = { pause: true };
    site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4', '2.14.1'], settings });
    const { id } = await site.plans('/salvor harbor reg-eu 2.14 --reason "fixes"');
    const wasReadOnly: boolean[] = [];
    site.after.set('down', () => void wasReadOnly.push(site.host.state.harbor().readOnly));
    const run = await site.approves(id);
    expect((await site.approval(id)).state).toBe('paused');
    expect(oneLine(await site.bot.result(run.id))).toMatch(
      /reg-eu runs 2\.12\.4, verified; it waits to go on to 2\.14\.1/,
    );
    const [diff] = filesOf(site.bot.said(run.id));
    expect(diff?.name).toBe('configuration-2.12.4.diff');
    const text = Buffer.from(diff?.base64 ?? '', 'base64').toString();
    expect(text).toMatch(/^\+_version: 2\.12\.0$/m);
    expect(text).not.toContain('Harbor12345');
    expect(site.host.state.harbor()).toMatchObject({ version: '2.12.4', readOnly: false });
    const last = await site.does('resume', id);
    expect(last.state).toBe('done');
    expect(await site.bot.result(last.id)).toContain('[ok] reg-eu runs 2.14.1');
    expect(filesOf(site.bot.said(last.id)).map(({ name }) => name)).toEqual(['configuration-2.14.1.diff']);
    expect(wasReadOnly).toEqual([true, true]);
    expect(site.host.state.harbor()).toMatchObject({ version: '2.14.1', readOnly: false });
    await site.bot.types(site.people.alice, `/salvor resume ${id}`);
    site.bot.reply();
    expect(site.bot.queued).toEqual([]);
  },
  300_000,
);

it.runIf(isThorough)(
  'goes back before the point of no return to what it was, and does not begin again by itself',
  async () => {
    site = await open212();
    const { id } = await site.plans(to212);
    site.after.set('prepare', () => {
      throw new Fault('Ansible ended without a result.', {
        ...{ port: 'ansible', operation: 'run', code: 'ANSIBLE_BROKEN', retryable: false },
      });
    });
    const run = await site.approves(id);
    expect(run.state).toBe('failed');
    const said = oneLine(await site.bot.result(run.id));
    expect(said).toContain('Harbor 2.10.3 is stopped');
    expect(said).toContain('the configuration is that of 2.12.4');
    const back = await site.does('rollback', id);
    expect(await site.bot.result(back.id)).toContain('reg-eu runs 2.10.3 again, as it was before');
    expect(site.host.state.harbor().readOnly).toBe(false);
    expect(await holds()).toMatch(asBefore);
  },
);

it.runIf(isThorough)(
  'says after a failure in a later hop which version it came to, and what is changed since',
  async () => {
    site = await openHarborSite({ version: '2.10.3', packages: ['2.12.4', '2.14.1'] });
    const { id } = await site.plans('/salvor harbor reg-eu 2.14 --reason "fixes"');
    let stops = 0;
    site.after.set('down', () => {
      stops += 1;
      if (stops === 2)
        throw new Fault('Ansible was lost.', {
          port: 'ansible',
          operation: 'run',
          code: 'ANSIBLE_LOST',
          retryable: false,
        });
    });
    const { report } = await site.approves(id);
    expect(report?.changed).toBe(
      'reg-eu is upgraded from 2.10.3 to 2.12.4; reg-eu is read-only before 2.14.1; Harbor 2.12.4 is stopped',
    );
  },
  300_000,
);

it.runIf(isThorough)('goes on after the last step that ended when a worker was lost', async () => {
  site = await open212();
  const { id } = await site.plans(to212);
  let copies = 0;
  site.after.set('copy-data', () => {
    copies += 1;
    if (copies === 1)
      throw new Fault('lost', { port: 'ansible', operation: 'run', code: 'ANSIBLE_BROKEN', retryable: false });
  });
  let stops = 0;
  site.after.set('down', () => {
    stops += 1;
  });
  expect((await site.approves(id)).state).toBe('failed');
  expect((await site.does('resume', id)).state).toBe('done');
  expect([stops, copies]).toEqual([1, 2]);
  expect(await holds()).toContain('[ok] reg-eu runs 2.12.4 and is healthy');
});

it('stops where it holds less than before, says what is missing, and the copy leads back', async () => {
  site = await open212();
  const { id } = await site.plans(to212);
  site.after.set('install', () => {
    const now = contentsOf(database());
    if (!now) throw new Error('there is no database');
    writeContents(database(), { ...now, projects: now.projects.filter(({ name }) => name !== 'shop') });
  });
  const run = await site.approves(id);
  expect(run).toMatchObject({ state: 'failed' });
  const said = oneLine(await site.bot.result(run.id));
  expect(said).toContain('reg-eu does not hold what it held. 1 project is not there any more: shop.');
  expect(said).toContain('Do not let anybody push.');
  const back = await site.does('rollback', id);
  expect(back.state).toBe('done');
  expect(await holds()).toMatch(asBefore);
});

it('says so where a migration was cut short, and goes back past the point of no return', async () => {
  site = await open212();
  const { id } = await site.plans(to212);
  site.host.state.setDocker({ killsCore: true });
  // Harbor has fifteen minutes to become healthy.
  site.after.set('install', () => {
    ticking = setInterval(() => site.bot.clock.advance(60_000), 200);
  });
  const run = await site.approves(id);
  expect(run.state).toBe('failed');
  expect(contentsOf(database())?.schema.dirty).toBe(true);
  const said = oneLine(await site.bot.result(run.id));
  expect(said).toMatch(/Harbor 2\.12\.4 is started, and migrates the database/);
  clearInterval(ticking);
  const back = await site.does('rollback', id);
  expect(back.state).toBe('done');
  expect(await holds()).toMatch(asBefore);
});

it('changes nothing where a package is broken', async () => {
  site = await open212();
  const { id } = await site.plans(to212);
  const file = site.host.packageOf('2.12.4');
  await chmod(file, 0o644);
  await truncate(file, 100);
  const run = await site.approves(id);
  expect(run.state).not.toBe('done');
  expect(site.host.state.harbor()).toMatchObject({ version: '2.10.3', isUp: true, readOnly: false });
  expect(await readdir(site.host.installDir)).toContain('harbor.yml');
  expect(await holds()).toMatch(asBefore);
});
