import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { HarborHostOptions } from '../../sandbox/harbor/host.ts';
import { HostFacts } from '../../src/ops/harbor/observe/host-facts.ts';
import { open } from './harbor-by-module.ts';
import type { HarborLab } from './harbor-lab.ts';

async function look(lab: HarborLab): Promise<HostFacts> {
  const { ansible_facts } = await lab.module('harbor_look', lab.hop(lab.host.state.harbor().version, '2.12.4'));
  expect(JSON.stringify(ansible_facts)).not.toMatch(/dbsecret|root123|Harbor12345/);
  return HostFacts.parse(ansible_facts.salvor_facts);
}

/** In harbor.yml, in place of what is there. */
async function writes(lab: HarborLab, change: (text: string) => string): Promise<void> {
  const file = join(lab.host.installDir, 'harbor.yml');
  await writeFile(file, change(await readFile(file, 'utf8')));
}

const host = (options: Partial<HarborHostOptions> = {}) => open({ version: '2.10.3', ...options });

it.each([
  ['internal_tls:\n  enabled: true\n  dir: /etc/harbor/tls', true],
  ['internal_tls:\n  # why not\n\n  dir: /etc/harbor/tls\n  enabled: true', true],
  ['internal_tls:\n  enabled: false', false],
  ['# internal_tls:\n#   enabled: true', false],
  ['internal_tls:\n  dir: /etc/harbor/tls\ntrace:\n  enabled: true', false],
])('whether internal TLS is on: %j', async (lines, isOn) => {
  const lab = await host();
  await writes(lab, (text) => `${lines}\n${text}`);
  expect((await look(lab)).config?.internal_tls).toBe(isOn);
});

it('the PostgreSQL outside says its version, asked as Harbor asks it, and no password is told', async () => {
  const lab = await host({ isDatabaseExternal: true });
  expect((await look(lab)).external_postgres).toBe('14.12');
});

it.each([
  ['another password', (text: string) => text.replace('"dbsecret"', 'wrong')],
  ['a password that is no plain text', (text: string) => text.replace('"dbsecret"', '|\n      dbsecret')],
  ['a host that is an option', (text: string) => text.replace('db.example.com', '-cselect')],
  ['a host of nobody', (text: string) => text.replace('db.example.com', 'elsewhere.example.com')],
  ['no section for Harbor', (text: string) => text.replace(/^ {2}harbor:/m, '  clair:')],
])('with %s it is a gap', async (_, change) => {
  const lab = await host({ isDatabaseExternal: true });
  await writes(lab, change);
  expect((await look(lab)).external_postgres).toBeNull();
});

it('no image is fetched to ask it, and a bundled one is not asked so', async () => {
  const outside = await host({ isDatabaseExternal: true });
  const image = 'goharbor/harbor-db:v2.10.3';
  const images = outside.host.state.docker().images.filter((one) => one !== image);
  outside.host.state.setDocker({ images, pullable: [image] });
  expect((await look(outside)).external_postgres).toBeNull();
  expect(outside.host.state.docker().images).toEqual(images);
  expect((await look(await host())).external_postgres).toBeNull();
});

it('of MariaDB it says whether the password lets in, with Harbor running or not', async () => {
  const lab = await host({ version: '1.5.4' });
  expect(await look(lab)).toMatchObject({ mariadb: { password: 'works' }, pg: [], config_version: '1.5.0' });
  lab.host.state.setDocker({ containers: [] });
  expect((await look(lab)).mariadb).toEqual({ password: 'untried' });
  expect((await look(await host())).mariadb).toBeNull();
});

it('parts that have a file of compose of their own are seen where they run', async () => {
  const lab = await host({ version: '1.7.6', flags: ['--with-notary'] });
  expect((await look(lab)).components).toEqual(expect.arrayContaining(['harbor-core', 'notary-server']));
  expect((await look(await host({ version: '1.7.6' }))).components).not.toContain('notary-server');
});
