import { compareVersions, versionIn } from '../../../chatops/versions.ts';
import type { NodeBatches } from '../../../ports/catalogue.ts';
import { assess } from './assess.ts';
import { hops } from './hops.ts';

import type { Observed } from './observed.ts';
import { orderOfWork } from './order-of-work.ts';
import type { UpgradeAnswer } from './upgrade-report.ts';

/** The oldest API server: where the way begins. `said` is what the one that was asked runs, for when no other could be seen. */
export function oldestVersion({ apiServers }: Pick<Observed, 'apiServers'>, said: string): string {
  const seen =
    'gap' in apiServers ? [] : apiServers.known.flatMap(({ version }) => ('known' in version ? [version.known] : []));
  const versions = [said, ...seen].flatMap((text) => {
    const version = versionIn(text);
    return version ? [{ text: text.replace(/^v/, ''), version }] : [];
  });
  return versions.toSorted((a, b) => compareVersions(a.version, b.version))[0]?.text ?? said;
}

/** Everything that can be said of an upgrade to `target` from what was observed. Throws Refusal where that is none. */
export function answerUpgrade(
  observed: Observed,
  { said, target, batches }: { readonly said: string; readonly target: string; readonly batches: NodeBatches },
): UpgradeAnswer {
  const source = oldestVersion(observed, said);
  const assessment = assess(observed, hops(source, target));
  return {
    ...{ observed, source, target },
    assessment,
    work: assessment.hops.map(({ hop, findings }) => orderOfWork(observed, hop, batches, findings)),
  };
}
