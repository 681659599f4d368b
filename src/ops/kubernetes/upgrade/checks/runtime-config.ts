import { minorInWords } from '../../release.ts';
import { apiRemovals } from '../facts/api-removals.ts';
import type { Check, Finding } from '../finding.ts';
import type { Hop } from '../hops.ts';
import type { Settings } from '../observed.ts';
import { fateOf } from '../removals.ts';

const name = 'runtime-config';
const source = ['kubernetes/kubernetes staging/src/k8s.io/apiserver/pkg/server/resourceconfig/helpers.go'];

/**
 * Versions of groups that --runtime-config turns on or off. One whose types are gone keeps an API server from starting, whichever it says; one that is
 * only served no more does not. Where flags could not be read is told by the check of flags.
 */
export const runtimeConfig: Check = {
  name,
  when: 'each hop',
  check({ settings }, hop) {
    if ('gap' in settings) return [];
    return settings.known.flatMap((one) => ('known' in one ? judge(one.known, hop) : []));
  },
};

function judge({ component, where, flags }: Settings, hop: Hop): readonly Finding[] {
  if (component !== 'kube-apiserver') return [];
  const pairs = (flags['runtime-config'] ?? '').split(',').map((pair) => pair.trim());
  return pairs.flatMap((pair): readonly Finding[] => {
    const version = /^[^/=]+\/[^/=]+/.exec(pair)?.[0];
    const unknownIn = version === undefined ? undefined : typesGoneIn(version);
    if (unknownIn === undefined || !fateOf({ removedIn: unknownIn }, hop)) return [];
    return [
      {
        ...{ check: name, severity: 'blocker', subject: where, source },
        evidence: `--runtime-config has ${pair}, and API servers of ${minorInWords(unknownIn)} know no ${version}: they exit at start.`,
        next: `Take ${pair} out of --runtime-config before the hop.`,
      },
    ];
  });
}

/** The first minor that has none of a version's types; undefined where it has any still. */
function typesGoneIn(apiVersion: string): number | undefined {
  const gone = apiRemovals().rows.flatMap((row) => (row.apiVersion === apiVersion ? [row.unreadableIn] : []));
  const last = gone.reduce<number>((latest, minor) => Math.max(latest, minor ?? Infinity), 0);
  return gone.length > 0 && last < Infinity ? last : undefined;
}
