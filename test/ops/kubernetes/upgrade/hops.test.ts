import { describe, expect, it } from 'vitest';
import { Refusal } from '../../../../src/chatops/errors.ts';
import { releaseOf } from '../../../../src/ops/kubernetes/release.ts';
import { hopInWords, hops } from '../../../../src/ops/kubernetes/upgrade/hops.ts';

describe('the way of an upgrade', () => {
  it.each([
    ['v1.33.4', '1.34', ['1.33 → 1.34']],
    ['1.31.14', 'v1.34.2', ['1.31 → 1.32', '1.32 → 1.33', '1.33 → 1.34']],
    ['v1.33.4+k3s1', '1.35.0', ['1.33 → 1.34', '1.34 → 1.35']],
    ['1.33.4', '1.33.9', ['1.33 → 1.33']],
    ['v1.36.2', '1.37', ['1.36 → 1.37']],
    ['1.36.2', '1.37.0-rc.0', ['1.36 → 1.37']],
  ])('from %s to %s is %j', (from, to, way) => {
    expect(hops(from, to).map(hopInWords)).toEqual(way);
    expect(hops(from, to).map(({ isFirst }) => isFirst)).toEqual(way.map((_, nth) => nth === 0));
  });

  it.each([
    ['1.32.4', '1.35.2', ['1.33.13', '1.34.10', '1.35.2']],
    ['1.32.4', '1.34', ['1.33.13', '1.34.10']],
    // Of a minor that is mended still there may be later patches than the data has.
    ['1.35.2', '1.36.40', ['1.36.40']],
    ['1.33.4', '1.33.9', ['1.33.9']],
    // No release yet.
    ['1.36.2', '1.37', [undefined]],
  ])('from %s to %s goes to the releases %j', (from, to, releases) => {
    expect(hops(from, to).map(({ release }) => release)).toEqual(releases);
  });

  it.each([
    ['1.33.4', 'latest', '“latest” is no version of Kubernetes.'],
    ['1.33.4', '34', '“34” is no version of Kubernetes.'],
    ['1.33.4', '1.34.2; reboot', '“1.34.2; reboot” is no version of Kubernetes.'],
    ['1.33.4', '2.0', '“2.0” is no version of Kubernetes.'],
    ['unknown', '1.34', 'The cluster says it runs “unknown”, which is no version of Kubernetes.'],
    ['1.33.4', '1.32', 'The cluster runs 1.33.4: 1.32 would be a step back.'],
    ['1.33.4', '1.33.1', 'The cluster runs 1.33.4: 1.33.1 would be a step back.'],
    ['1.33.4', '1.33', 'The cluster runs 1.33.4 already.'],
    ['1.33.4', '1.33.4', 'The cluster runs 1.33.4 already.'],
    ['1.20.2', '1.21.99', 'There is no Kubernetes 1.21.99: the last of 1.21 is 1.21.14.'],
    ['1.36.2', '1.38', 'Nothing is known here of Kubernetes 1.38: the data ends with 1.37 (2026-08-23).'],
    ['1.12.3', '1.14', 'The cluster runs 1.12.3, and the data knows 1.16 to 1.37 (2026-08-23).'],
  ])('refuses from %s to %s', (from, to, message) => {
    expect(() => hops(from, to)).toThrow(Refusal);
    expect(() => hops(from, to)).toThrow(message);
  });
});

describe('a step back', () => {
  it('sends nobody to a restore without what it costs', () => {
    const advice = expect.objectContaining({
      next: [expect.stringContaining('loses all that was written since'), { command: 'backups prod-1' }],
    });
    expect(() => hops('1.33.4', '1.32', 'prod-1')).toThrow(advice);
  });
});

describe('a release', () => {
  it.each([
    ['v1.34.2', 34, 2],
    ['1.34', 34, undefined],
    ['v1.33.4-eks-3025e55', 33, 4],
    ['1.37.0-rc.0', 37, 0],
  ])('%s is minor %i, patch %s', (text, minor, patch) => {
    expect(releaseOf(text)).toMatchObject({ minor, patch });
  });
});
