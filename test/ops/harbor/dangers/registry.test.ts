import { describe, expect, it } from 'vitest';
import { dangers } from '../../../../src/ops/harbor/dangers/all.ts';
import { stopsOf } from '../../../../src/ops/harbor/dangers/assess.ts';
import { dataDate } from '../../../../src/ops/harbor/dangers/data-date.ts';
import { health } from '../../../../src/ops/harbor/dangers/health.ts';
import { internalTls } from '../../../../src/ops/harbor/dangers/internal-tls.ts';
import { probeKill } from '../../../../src/ops/harbor/dangers/probe-kill.ts';
import { readOnly } from '../../../../src/ops/harbor/dangers/read-only.ts';
import { releaseNotes } from '../../../../src/ops/harbor/dangers/release-notes.ts';
import { replication } from '../../../../src/ops/harbor/dangers/replication.ts';
import { runningJobs } from '../../../../src/ops/harbor/dangers/running-jobs.ts';
import { storage } from '../../../../src/ops/harbor/dangers/storage.ts';
import { harborReleases } from '../../../../src/ops/harbor/facts/releases.ts';
import type { Observed } from '../../../../src/ops/harbor/observe/observed.ts';
import { type Asked, assessed, configuration, found, gap, known, says, system, well } from '../observed.ts';

describe('health', () => {
  it('stops at each component that is not well', () => {
    const components = [
      { name: 'core', isHealthy: true },
      { name: 'jobservice', isHealthy: false, error: 'connection refused' },
      { name: 'redis', isHealthy: false },
    ];
    expect(found(health, well({ health: known(components) }))).toMatchObject([
      { severity: 'stop', subject: 'jobservice', evidence: 'It is not healthy: connection refused.' },
      { severity: 'stop', subject: 'redis', evidence: 'It is not healthy.' },
    ]);
    expect(says(health, well())).toEqual([]);
    expect(says(health, well({ health: known([]) }))).toEqual(['unknown: its components']);
    expect(says(health, well({ health: gap('its health') }))).toEqual(['unknown: its health']);
  });
});

describe('running jobs', () => {
  it('are waited for, and told by kind', () => {
    const jobs = [
      { kind: 'replication', id: '1' },
      { kind: 'gc', id: '2' },
      { kind: 'replication', id: '3' },
    ] as const;
    expect(says(runningJobs, well({ jobs: known(jobs) }))).toEqual([
      'warning: 2 replications and 1 garbage collection',
    ]);
    expect(says(runningJobs, well())).toEqual([]);
    expect(says(runningJobs, well({ jobs: gap('its jobs') }))).toEqual(['unknown: its jobs']);
  });
});

describe('read-only mode', () => {
  it('that is on already is told', () => {
    expect(says(readOnly, well({ system: known({ ...system, isReadOnly: true }) }))).toEqual(['warning: reg-eu']);
    expect(says(readOnly, well())).toEqual([]);
    expect(says(readOnly, well({ system: gap('its mode') }))).toEqual(['unknown: its mode']);
  });
});

describe('replication', () => {
  const partners = {
    partners: known([
      { name: 'old', version: known('1.8.6') },
      { name: 'new', version: known('v1.10.4-1a2b') },
      { name: 'hub', version: known(undefined) },
      { name: 'silent', version: gap('the version of silent') },
      { name: 'odd', version: known('dev') },
    ]),
  };
  it('with a Harbor before 1.9 ends where a hop passes 1.9', () => {
    const expected = ['warning: old', 'unknown: the version of silent', 'unknown: odd'];
    expect(says(replication, well(partners, '1.8.3'), { to: '1.10' })).toEqual(expected);
    expect(says(replication, well(partners, '1.7.3'), { to: '1.9' })).toEqual(expected);
    expect(says(replication, well(partners, '1.9.3'), { to: '1.10' })).toEqual([]);
    expect(says(replication, well({ partners: gap('its partners') }, '1.8.3'), { to: '1.10' })).toEqual([
      'unknown: its partners',
    ]);
  });
});

describe('the storage driver', () => {
  const of = (driver: string, version?: string) =>
    well({ configuration: known({ ...configuration, storage: driver }) }, version);
  it.each(harborReleases().storageDrivers.names)('%s is known', (driver) => {
    expect(says(storage, of(driver))).toEqual([]);
  });

  it('is refused where Harbor has none such, and read whole by some first starts', () => {
    expect(says(storage, of('ipfs'))).toEqual(['stop: ipfs']);
    expect(says(storage, of('s3', '1.8.3'), { to: '2.0' })).toEqual([
      'warning: first start of 1.10.3',
      'warning: first start of 2.0.3',
    ]);
    expect(says(storage, of('s3', '1.10.3'), { to: '2.4' })).toEqual(['warning: first start of 2.4.3']);
    expect(says(storage, of('filesystem', '1.10.3'), { to: '2.4' })).toEqual([]);
    expect(says(storage, well({ configuration: gap('harbor.yml') }))).toEqual(['unknown: harbor.yml']);
  });
});

describe('internal TLS', () => {
  const of = (hasInternalTls: boolean, version = '2.0.3') =>
    well({ configuration: known({ ...configuration, hasInternalTls }) }, version);
  it('needs other certificates where a hop passes 2.2', () => {
    expect(says(internalTls, of(true), { to: '2.4' })).toEqual(['warning: internal TLS in 2.4.3']);
    expect(says(internalTls, of(true), { to: '2.2' })).toEqual(['warning: internal TLS in 2.2.3']);
    expect(says(internalTls, of(false), { to: '2.4' })).toEqual([]);
    expect(says(internalTls, of(true, '2.2.3'), { to: '2.4' })).toEqual([]);
    expect(says(internalTls, well({ configuration: gap('harbor.yml') }, '2.0.3'), { to: '2.4' })).toEqual([
      'unknown: harbor.yml',
    ]);
  });
});

describe('what releases say of themselves', () => {
  it('is told of each hop: conversions, warnings and notes', () => {
    expect(says(releaseNotes, well({}, '2.9.4'), { to: '2.15' })).toEqual([
      ...['warning: database of 2.11.3', 'warning: database of 2.15.2', 'note: Harbor 2.15.2'],
    ]);
    expect(found(releaseNotes, well())[0]).toMatchObject({
      evidence: 'Its first start makes PostgreSQL 15 of PostgreSQL 14, and then removes database/pg14.',
    });
    expect(found(releaseNotes, well({}, '2.15.1'), { to: '2.15.2' })[0]?.evidence).toContain(
      'PostgreSQL 18 of PostgreSQL 15',
    );
    expect(says(releaseNotes, well({}, '1.10.3'), { to: '2.4' })).toEqual([
      ...['warning: database of 2.4.3', 'warning: Harbor 2.4.3', 'warning: Harbor 2.4.3', 'note: Harbor 2.4.3'],
    ]);
    expect(says(releaseNotes, well({ database: 'external' }))).toEqual([]);
  });
});

describe('probes and the age of the data', () => {
  it('are told where they matter', () => {
    expect(says(probeKill, well())).toEqual([]);
    expect(says(probeKill, well({ deployment: 'helm' }))).toEqual(['note: reg-eu', 'note: reg-eu']);
    expect(says(dataDate, well())).toEqual([]);
    expect(says(dataDate, well({ at: new Date('2027-03-01T00:00:00Z') }))).toEqual(['warning: data of 2026-08-23']);
  });
});

describe('all dangers together', () => {
  it('find nothing that stops a registry that is well', () => {
    expect(assessed(well()).map(({ severity, check }) => `${severity}: ${check}`)).toEqual(['warning: release-notes']);
  });

  /** Where a piece matters, if not on the way from 2.10.3 to 2.12. */
  const where: Readonly<Record<string, Asked & { readonly version?: string; readonly rest?: Partial<Observed> }>> = {
    memoryBytes: { version: '1.4.3', to: '1.6' },
    mariadb: { version: '1.4.3', to: '1.6' },
    partners: { version: '1.8.3', to: '1.10' },
    charts: { version: '2.6.3', to: '2.8', rest: { parts: known(['chartmuseum']) } },
    signedTags: { version: '2.8.3', to: '2.10', rest: { parts: known(['notary']) } },
    externalPostgres: { rest: { database: 'external' } },
  };
  const pieces = Object.entries(well()).flatMap(([name, piece]) =>
    typeof piece === 'object' && 'known' in piece ? [name] : [],
  );
  it.each(pieces)('never take silence for well: %s', (name) => {
    const { version, rest, ...asked } = where[name] ?? {};
    const findings = assessed({ ...well(rest, version), [name]: gap(name) }, asked);
    const told = findings.filter(({ subject }) => subject === name).map(({ severity }) => severity);
    expect(told).toEqual([name === 'users' ? 'note' : 'unknown']);
  });

  it('tell the worst first', () => {
    const observed = well({ docker: gap('Docker'), schema: known({ version: '71', isDirty: true }) });
    const severities = assessed(observed).map(({ severity }) => severity);
    expect(severities).toEqual(['stop', 'unknown', 'warning']);
    expect(stopsOf(assessed(observed))).toHaveLength(1);
  });

  it('have names of their own, those of the table among them', () => {
    const names = dangers.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    for (const { id } of harborReleases().dangers) expect(names).toContain(id);
  });
});
