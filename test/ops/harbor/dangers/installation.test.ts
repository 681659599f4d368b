import { describe, expect, it } from 'vitest';
import { configVersion } from '../../../../src/ops/harbor/dangers/config-version.ts';
import { contents as counts } from '../../../../src/ops/harbor/dangers/contents.ts';
import { installation as directory } from '../../../../src/ops/harbor/dangers/installation.ts';
import { invalidFlag } from '../../../../src/ops/harbor/dangers/invalid-flag.ts';
import { losses } from '../../../../src/ops/harbor/dangers/losses.ts';
import { packages } from '../../../../src/ops/harbor/dangers/packages.ts';
import { contents, found, gap, installation, installer, known, says, well } from '../observed.ts';

describe('invalid flags', () => {
  it('are told of each hop, with what would have happened and what is done', () => {
    const observed = well({ parts: known(['notary', 'trivy']), wrapperFlags: known(['--with-chartmuseum']) }, '2.6.3');
    expect(found(invalidFlag, observed, { to: '2.10' })).toMatchObject([
      {
        ...{ severity: 'warning', subject: '--with-chartmuseum in 2.8.3' },
        evidence: 'The wrapper script passes it. Given to Harbor 2.8, the installer rejects it.',
        next: 'It is left out; take it out of scripts that people use, too.',
      },
      {
        ...{ severity: 'warning', subject: '--with-notary in 2.10.3' },
        evidence: 'The registry uses it. Given to Harbor 2.10, the installer prints its usage and stops.',
      },
    ]);
  });

  it('leave nobody who scans, where Clair goes and Trivy is not asked for', () => {
    const next = (parts: readonly ('clair' | 'trivy')[]) =>
      found(invalidFlag, well({ parts: known(parts) }, '2.0.3'), { to: '2.4' }).map((finding) => finding.next);
    expect(next(['clair'])).toEqual([expect.stringContaining('Nothing scans then: ask for --with-trivy.')]);
    expect(next(['clair', 'trivy'])).toEqual([expect.not.stringContaining('Nothing scans')]);
  });

  it('that are of no part of Harbor are left out, and asked about', () => {
    expect(found(invalidFlag, well({ wrapperFlags: known(['--with-mirror']) }))).toMatchObject([
      { severity: 'warning', subject: '--with-mirror in 2.12.3', next: 'It is left out: find out what it is for.' },
    ]);
  });

  it('are unknown where nobody could see what is used or passed', () => {
    const observed = well({ parts: gap('its parts'), wrapperFlags: gap('the wrapper script') });
    expect(says(invalidFlag, observed)).toEqual(['unknown: its parts', 'unknown: the wrapper script']);
  });
});

describe('what is lost', () => {
  const charts = { parts: known(['chartmuseum'] as const), charts: known(41) };
  const signatures = { parts: known(['notary'] as const), signedTags: known(1) };

  it('stops with its count until it is acknowledged', () => {
    expect(found(losses, well(charts, '2.6.3'), { to: '2.8' })).toMatchObject([
      {
        ...{ severity: 'stop', subject: 'charts in 2.8.3' },
        evidence: 'ChartMuseum is gone: its charts vanish from the UI. There are 41 versions of charts.',
        next: 'Push them as OCI artifacts first. Or acknowledge it: --lose charts',
      },
    ]);
    expect(found(losses, well(signatures, '2.8.3'), { to: '2.10' })).toMatchObject([
      {
        severity: 'stop',
        subject: 'signatures in 2.10.3',
        evidence: expect.stringContaining('There are 1 signed tag.'),
      },
    ]);
    expect(says(losses, well(charts, '2.6.3'), { to: '2.8', lose: ['signatures'] })).toEqual(['stop: charts in 2.8.3']);
    expect(says(losses, well(charts, '2.6.3'), { to: '2.8', lose: ['charts'] })).toEqual(['warning: charts in 2.8.3']);
    expect(says(losses, well(signatures, '2.8.3'), { to: '2.10', lose: ['signatures'] })).toEqual([
      'warning: signatures in 2.10.3',
    ]);
  });

  it('is nothing where there is none, and where no hop takes it', () => {
    expect(says(losses, well({ ...charts, charts: known(0) }, '2.6.3'), { to: '2.8' })).toEqual([]);
    expect(says(losses, well(charts, '2.4.3'), { to: '2.6' })).toEqual([]);
    expect(says(losses, well(signatures))).toEqual([]);
  });

  it('is unknown where nobody could count it, unless the part is not in use', () => {
    const uncounted = { charts: gap('the charts') };
    expect(says(losses, well({ ...uncounted, parts: known(['chartmuseum']) }, '2.6.3'), { to: '2.8' })).toEqual([
      'unknown: the charts',
    ]);
    expect(says(losses, well({ ...uncounted, parts: gap('its parts') }, '2.6.3'), { to: '2.8' })).toEqual([
      'unknown: the charts',
    ]);
    expect(says(losses, well(uncounted, '2.6.3'), { to: '2.8' })).toEqual([]);
    const acknowledged = { to: '2.8', lose: ['charts'] } as const;
    expect(says(losses, well({ ...uncounted, parts: gap('its parts') }, '2.6.3'), acknowledged)).toEqual([
      'warning: charts in 2.8.3',
    ]);
  });

  it('warns of the results of Clair', () => {
    expect(says(losses, well({ parts: known(['clair']) }, '2.0.3'), { to: '2.4' })).toEqual([
      'warning: scan results in 2.4.3',
    ]);
    expect(says(losses, well({ parts: gap('its parts') }, '2.0.3'), { to: '2.4' })).toEqual(['unknown: its parts']);
    expect(says(losses, well({}, '2.0.3'), { to: '2.4' })).toEqual([]);
  });
});

describe('the version of the configuration', () => {
  const of = (version: string, rest: object) =>
    well({ install: known({ ...installation(version), ...rest }) }, version);
  it.each([
    ['2.10.3', '2.12', {}, []],
    ['2.10.3', '2.12', { configVersion: '2.8.0' }, ['warning: harbor.yml']],
    ['2.10.3', '2.12', { configVersion: '2.11.0' }, ['stop: harbor.yml']],
    ['2.10.3', '2.12', { configVersion: '1.8.0' }, ['stop: harbor.yml']],
    ['2.10.3', '2.12', { configVersion: 'new' }, ['stop: harbor.yml']],
    ['2.10.3', '2.12', { configVersion: undefined }, ['stop: harbor.yml']],
    ['2.10.3', '2.12', { configFile: undefined }, ['stop: harbor.yml']],
    ['2.10.3', '2.12', { configFile: 'harbor.cfg' }, ['stop: harbor.yml']],
    ['1.6.3', '1.8', { configFile: 'harbor.yml' }, ['stop: harbor.cfg']],
    ['1.6.3', '1.8', { configVersion: '1.7.0' }, ['stop: harbor.cfg']],
    ['1.4.3', '1.6', { configVersion: undefined }, []],
    ['1.9.3', '2.0', {}, []],
  ])('of %s on the way to %s with %j says %j', (from, to, rest, expected) => {
    expect(says(configVersion, of(from, rest), { to })).toEqual(expected);
  });

  it('says what it is and what runs', () => {
    expect(found(configVersion, of('2.10.3', { configVersion: '2.11.0' }))[0]?.evidence).toBe(
      'It is of 2.11.0, and 2.10.3 runs.',
    );
  });
});

describe('packages', () => {
  const at = (...all: readonly ReturnType<typeof installer>[]) => well({ packages: known(all) }, '2.9.4');
  it('must lie there for each hop, each with its checksum', () => {
    expect(says(packages, well())).toEqual([]);
    expect(says(packages, at(), { to: '2.12' })).toEqual(['stop: package of 2.11', 'stop: package of 2.12']);
    expect(found(packages, at(installer('2.12.3')), { to: '2.12' })).toMatchObject([
      {
        ...{ severity: 'stop', subject: 'package of 2.11' },
        evidence: 'No harbor-offline-installer-v2.11.x.tgz lies in /packages on the host.',
        next: 'Lay it there, and harbor-offline-installer-v2.11.x.tgz.sha256 beside it.',
      },
    ]);
    const unchecked = at(installer('2.11.2', ''), installer('2.12.3'));
    expect(says(packages, unchecked, { to: '2.12' })).toEqual(['warning: package of 2.11.2']);
    expect(says(packages, well(), { to: '2.12.4' })).toEqual(['stop: package of 2.12.4']);
    expect(says(packages, well({ packages: gap('the packages') }))).toEqual(['unknown: the packages']);
  });
});

describe('the installation', () => {
  it.each([
    [{}, []],
    [{ exists: false }, ['stop: /opt/harbor']],
    [{ isMount: true }, ['stop: /opt/harbor']],
    [{ databaseElsewhere: '/mnt/disk/database' }, ['stop: /mnt/disk/database']],
    [{ version: '2.9.4' }, ['stop: /opt/harbor']],
    [{ version: 'v2.10.3' }, []],
    [{ version: undefined }, ['unknown: /opt/harbor']],
  ])('with %j says %j', (rest, expected) => {
    expect(says(directory, well({ install: known({ ...installation('2.10.3'), ...rest }) }))).toEqual(expected);
  });

  it('is unknown where nobody could look', () => {
    expect(says(directory, well({ install: gap('the host') }))).toEqual(['unknown: the host']);
    expect(says(directory, well({ system: gap('its version') }))).toEqual(['unknown: its version']);
  });
});

describe('what is counted', () => {
  it.each([
    [{ contents: known(contents) }, []],
    [{ contents: known({ ...contents, projects: 0 }) }, ['stop: reg-eu']],
    [{ contents: known({ ...contents, allProjects: 6 }) }, ['warning: reg-eu']],
    [{ contents: known({ ...contents, allProjects: undefined }) }, ['note: reg-eu']],
    [{ contents: gap('its projects') }, ['unknown: its projects']],
    [{ users: gap('its users') }, ['note: its users']],
  ])('%j says %j', (rest, expected) => {
    expect(says(counts, well(rest))).toEqual(expected);
  });
});
