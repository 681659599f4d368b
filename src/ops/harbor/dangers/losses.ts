import { counted } from '../../../chatops/format.ts';
import { unseen } from '../../findings/finding.ts';
import { type Loss, releaseOf } from '../facts/releases.ts';
import { type Danger, type Finding, speaker, type Upgrade } from './danger.ts';

const name = 'losses';

/** What goes with a component: a stop with its count until somebody acknowledges it. */
export const losses: Danger = {
  name,
  look: (upgrade) =>
    upgrade.hops.flatMap(({ to, toMinor, losses: lost }) => lost.flatMap((loss) => judge(upgrade, loss, to, toMinor))),
};

function judge({ observed, lose }: Upgrade, loss: Loss, to: string, toMinor: string): readonly Finding[] {
  const say = speaker(name, releaseOf(toMinor)?.source);
  const { parts, charts, signedTags } = observed;
  const isUsed = 'gap' in parts ? undefined : parts.known.includes(loss.component);
  if (loss.what === 'scan results') {
    if ('gap' in parts) return [unseen(name, parts.gap)];
    return isUsed ? [say('warning', `scan results in ${to}`, loss.evidence, loss.next)] : [];
  }
  const { what } = loss;
  const amount = what === 'charts' ? charts : signedTags;
  const subject = what === 'charts' ? `charts in ${to}` : `signatures in ${to}`;
  const isAcknowledged = lose.includes(what);
  if ('gap' in amount) {
    if (isUsed === false) return [];
    if (isAcknowledged)
      return [
        say('warning', subject, `${loss.evidence} How many there are is not known. It is acknowledged.`, loss.next),
      ];
    return [unseen(name, amount.gap)];
  }
  if (amount.known === 0) return [];
  const many =
    what === 'charts'
      ? counted(amount.known, 'version of charts', 'versions of charts')
      : counted(amount.known, 'signed tag');
  return isAcknowledged
    ? [say('warning', subject, `${loss.evidence} There are ${many}. It is acknowledged.`, loss.next)]
    : [say('stop', subject, `${loss.evidence} There are ${many}.`, `${loss.next} Or acknowledge it: --lose ${what}`)];
}
