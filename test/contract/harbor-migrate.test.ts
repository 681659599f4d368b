import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import type { HarborHostOptions } from '../../sandbox/harbor/host.ts';
import { downwards, type HarborLab, openHarborLab, upwards } from './harbor-lab.ts';

async function open(
  options: Omit<HarborHostOptions, 'directory'>,
): Promise<{ lab: HarborLab; close(): Promise<void> }> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-harbor-lab-'));
  const lab = await openHarborLab({ directory, ...options });
  return { lab, close: () => rm(directory, { recursive: true }) };
}

describe('a registry on its way from 2.10 to 2.14', () => {
  let lab: HarborLab;
  let close: () => Promise<void>;
  beforeAll(async () => {
    const flags = ['--with-trivy'];
    ({ lab, close } = await open({ version: '2.10.3', packages: ['2.12.3', '2.14.1'], flags }));
  });
  afterAll(() => close());

  it('is looked at without being changed', async () => {
    const { isGood, facts, changed } = await lab.run(['look']);
    expect([isGood, changed]).toEqual([true, []]);
    expect(facts).toMatchObject({
      ...{ version: '2.10.3', config_file: 'harbor.yml', config_version: '2.10.0', database_files: 7 },
      config: { hostname: 'registry.example.com', storage: 's3', external_database: false, https: true },
      pg: [{ dir: 'pg14', version: '14' }],
      docker: { version: '24.0.7', free_bytes: expect.any(Number) },
      compose: { kind: 'plugin', version: '2.21.0' },
      wrapper_flags: ['--with-trivy'],
      packages: [{ version: '2.12.3', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) }, { version: '2.14.1' }],
      schema: { version: '130', dirty: false },
      leftovers: [],
    });
    expect(facts.containers).toHaveLength(10);
    expect(JSON.stringify(facts)).not.toMatch(/Harbor12345|verysecret|root123/);
  });

  it('comes to 2.12 with all that it holds, and keeps a copy of what was there', async () => {
    const before = lab.contents();
    const run = await lab.run([...downwards, ...upwards], lab.hop('2.10.3', '2.12.3'));
    expect(run.failure).toBeUndefined();
    expect(lab.host.state.harbor()).toMatchObject({ version: '2.12.3', isUp: true, components: { core: 'healthy' } });
    expect(lab.contents()).toEqual({ ...before, schema: { version: '150', dirty: false } });
    expect(await lab.left()).toEqual({ installs: ['harbor', 'harbor.before-m1-2.10.3'], databases: ['pg15'] });
    expect(run.facts).toMatchObject({
      package: { checked_against: 'sha256' },
      copy: { directory: join(lab.workDir, 'before-2.10.3'), files: 9 },
      config: { from: '2.10.0', to: '2.12.0' },
    });
    expect(run.facts.config).toMatchObject({
      diff: expect.arrayContaining(['-_version: 2.10.0', '+_version: 2.12.0']),
    });
    expect(JSON.stringify(run.facts)).not.toMatch(/Harbor12345|verysecret|root123/);
    expect(await readFile(join(lab.host.installDir, 'harbor.yml'), 'utf8')).toContain(
      'harbor_admin_password: Harbor12345',
    );
  });

  it('does no harm when a hop is done again', async () => {
    const { startedAt } = lab.host.state.harbor();
    const run = await lab.run(
      ['fetch', 'load', 'copy-data', 'move-aside', 'unpack', ...upwards],
      lab.hop('2.10.3', '2.12.3'),
    );
    expect([run.failure, run.changed]).toEqual([undefined, ['Prepare Harbor']]);
    expect(lab.host.state.harbor().startedAt).toBe(startedAt);
  });

  it('is put back after the schema was migrated, from the copy, and what was there then is kept', async () => {
    const hop = lab.hop('2.12.3', '2.14.1');
    expect((await lab.run([...downwards, ...upwards], hop)).failure).toBeUndefined();
    expect(lab.contents()?.schema.version).toBe('170');
    const back = await lab.run(['put-back', 'up'], hop);
    expect(back.failure).toBeUndefined();
    expect(lab.host.state.harbor()).toMatchObject({ version: '2.12.3', components: { core: 'healthy' } });
    expect(lab.contents()).toMatchObject({ schema: { version: '150' }, users: ['admin', 'anna'] });
    expect((await lab.left()).installs).toEqual(['harbor', 'harbor.before-m1-2.10.3', 'harbor.failed-m1']);
    const again = await lab.run(['put-back', 'up'], hop);
    expect([again.failure, again.changed]).toEqual([undefined, []]);
    expect(lab.contents()).toMatchObject({ schema: { version: '150' }, users: ['admin', 'anna'] });
  });

  it('goes forward again, cut short while it installs, and all the way back in one go', async () => {
    const hop = lab.hop('2.12.3', '2.14.1');
    lab.host.state.setDocker({ pauseMs: 30_000 });
    const stop = new AbortController();
    const dies = lab.run([...downwards.slice(2), ...upwards], hop, {
      signal: stop.signal,
      onEvent: ({ task, kind }) => {
        if (task === 'Install Harbor' && kind === 'started') setTimeout(() => stop.abort(new Error('killed')), 500);
      },
    });
    await expect(dies).rejects.toThrow('killed');
    lab.host.state.setDocker({ pauseMs: 0 });
    expect((await lab.run(upwards, hop)).failure).toBeUndefined();
    expect(lab.host.state.harbor()).toMatchObject({ version: '2.14.1', components: { core: 'healthy' } });
    const first = lab.hop('2.10.3', '2.12.3');
    expect((await lab.run(['put-back', 'up'], first)).failure).toBeUndefined();
    expect(lab.host.state.harbor()).toMatchObject({ version: '2.10.3', components: { core: 'healthy' } });
    expect(lab.contents()).toMatchObject({ schema: { version: '130' }, users: ['admin', 'anna'] });
    expect(await lab.left()).toEqual({
      installs: ['harbor', 'harbor.failed-m1', 'harbor.failed-m1-2', 'harbor.failed-m1-3'],
      databases: ['pg14'],
    });
  });

  it('loses old images, and what can be made again, only when asked', async () => {
    const { facts } = await lab.run(['look-images']);
    const images = (facts as { images: readonly { name: string; id: string; version: string }[] }).images
      .filter(({ version }) => version === '2.12.3')
      .map(({ name, id }) => ({ name, id }));
    const gone = await lab.run(['clear-images', 'clear-away'], lab.hop('2.12.3', '2.14.1'), {
      more: { harbor_images: images },
    });
    expect(gone.failure).toBeUndefined();
    expect(lab.host.state.docker().images.filter((image) => image.endsWith(':v2.12.3'))).toEqual([]);
    expect(lab.host.state.docker().images).toContain('goharbor/harbor-core:v2.10.3');
    await expect(readFile(join(lab.workDir, 'config-2.12.3/harbor.yml'))).rejects.toThrow('ENOENT');
    expect(await readFile(join(lab.workDir, 'before-2.10.3/database/pg14/PG_VERSION'), 'utf8')).toBe('14\n');
  });
});

it('a registry of 1.10 comes to 2.4: its PostgreSQL 9.6 is converted, and Clair is gone', async () => {
  const { lab, close } = await open({
    ...{ version: '1.10.19', packages: ['2.4.3'], flags: ['--with-clair'] },
    ...{ composeVersion: '1.29.2', dockerVersion: '19.3.15' },
  });
  onTestFinished(close);
  const before = lab.contents();
  const hop = lab.hop('1.10.19', '2.4.3');
  const run = await lab.run(['look', ...downwards, ...upwards], hop);
  expect(run.failure).toBeUndefined();
  expect(run.facts).toMatchObject({
    ...{ pg: [{ dir: '', version: '9.6' }], compose: { kind: 'standalone', version: '1.29.2' } },
    ...{ config_version: '1.10.0', wrapper_flags: ['--with-clair'] },
  });
  expect(lab.contents()).toEqual({ ...before, schema: { version: '70', dirty: false } });
  expect(run.facts.config).toMatchObject({ from: '1.10.0', to: '2.4.0', diff: expect.arrayContaining(['-clair:']) });
  expect(await lab.left()).toEqual({ installs: ['harbor', 'harbor.before-m1-1.10.19'], databases: ['pg13'] });
  expect((await lab.run(['put-back', 'up'], hop)).failure).toBeUndefined();
  expect(lab.host.state.harbor()).toMatchObject({
    version: '1.10.19',
    components: { core: 'healthy', clair: 'healthy' },
  });
  expect(lab.contents()).toEqual(before);
});
