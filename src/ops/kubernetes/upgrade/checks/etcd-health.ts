import { bytesInWords } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import { etcdFacts } from '../facts/etcd.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { EtcdMember } from '../observed.ts';

const name = 'etcd-health';
/** An upgrade writes much: nodes, leases and add-ons anew. */
const fullAt = 0.8;

/** Every member well, a voter, without alarms and with room: an upgrade takes one away at a time. */
export const etcdHealth: Check = {
  name,
  when: 'once',
  check: ({ etcd }) => seen(name, etcd, (members) => [...members.flatMap(judge), ...tooFew(members)]),
};

const say = (
  severity: Severity,
  subject: string,
  evidence: string,
  next: string,
  source?: readonly string[],
): Finding => ({
  ...{ check: name, severity, subject, evidence, next, source },
});

function judge({
  name: member,
  trouble,
  isLearner,
  alarms,
  databaseBytes,
  quotaBytes,
}: EtcdMember): readonly Finding[] {
  const subject = `etcd member ${member}`;
  const found: Finding[] = [];
  if (trouble !== undefined)
    found.push(
      say(
        'blocker',
        subject,
        `It is not well: ${trouble}.`,
        'Bring it back, or take it out and add it anew, before anything is upgraded.',
      ),
    );
  if (isLearner)
    found.push(
      say(
        'blocker',
        subject,
        'It is still a learner and does not vote.',
        'Wait until it has caught up and promote it.',
      ),
    );
  if ('gap' in alarms) found.push(unseen(name, alarms.gap));
  else
    for (const alarm of alarms.known)
      found.push(say('blocker', subject, `It has raised the alarm ${alarm}.`, 'Clear its cause, then disarm it.'));
  if (
    databaseBytes !== undefined &&
    quotaBytes !== undefined &&
    quotaBytes > 0 &&
    databaseBytes > quotaBytes * fullAt
  ) {
    const quota = etcdFacts().limits.find(({ flag }) => flag === '--quota-backend-bytes');
    found.push(
      say(
        'warning',
        subject,
        `Its database is ${bytesInWords(databaseBytes)} of ${bytesInWords(quotaBytes)}.`,
        'Compact and defragment it, or raise the quota.',
        quota?.source,
      ),
    );
  }
  return found;
}

function tooFew(members: readonly EtcdMember[]): readonly Finding[] {
  const voters = members.filter(({ isLearner }) => !isLearner).length;
  if (voters >= 3) return [];
  return [
    say(
      'warning',
      'etcd',
      `It has ${voters} voting member${voters === 1 ? '' : 's'}: while one is restarted there is no quorum, and no API.`,
      'Expect that, or add members up to three first.',
    ),
  ];
}
