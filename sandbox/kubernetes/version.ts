/** What an API server answers to /version. */
export interface Version {
  readonly major: string;
  readonly minor: string;
  readonly gitVersion: string;
  readonly gitCommit: string;
  readonly gitTreeState: string;
  readonly buildDate: string;
  readonly goVersion: string;
  readonly compiler: string;
  readonly platform: string;
}

/** Of 'v1.36.2'; emulation and minimum compatibility are said since 1.31. */
export function versionOf(gitVersion: string): Version {
  const [major = '1', minor = '0'] = gitVersion.replace(/^v/, '').split('.');
  const emulation = {
    ...{ emulationMajor: major, emulationMinor: minor },
    ...{ minCompatibilityMajor: major, minCompatibilityMinor: String(Number(minor) - 1) },
  };
  return {
    ...{ major, minor },
    ...(Number(minor) >= 31 ? emulation : {}),
    ...{ gitVersion, gitCommit: '0000000000000000000000000000000000000000', gitTreeState: 'clean' },
    ...{ buildDate: '2026-01-01T00:00:00Z', goVersion: 'go1.26.0', compiler: 'gc', platform: 'linux/amd64' },
  };
}
