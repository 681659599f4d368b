import { durationInWords, timeInWords } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import type { Check, Finding } from '../finding.ts';
import type { Certificate, Observed } from '../observed.ts';

const name = 'certificates';
const dayMs = 86_400_000;
/** So short that one may end while the upgrade is under way. */
const blocksWithinMs = 2 * dayMs;
const warnsWithinMs = 30 * dayMs;

/** Certificates as they are served: a new process checks them when it starts, which the old one did months ago. */
export const certificates: Check = {
  name,
  when: 'once',
  check: ({ certificates: piece, at }) =>
    seen(name, piece, (all) => all.flatMap((one) => ('gap' in one ? [unseen(name, one.gap)] : judge(one.known, at)))),
};

function judge({ name: of, expiresAt }: Certificate, at: Observed['at']): readonly Finding[] {
  const leftMs = expiresAt.getTime() - at.getTime();
  if (leftMs > warnsWithinMs) return [];
  return [
    {
      ...{ check: name, severity: leftMs <= blocksWithinMs ? 'blocker' : 'warning', subject: `certificate of ${of}` },
      evidence:
        leftMs <= 0
          ? `It expired ${timeInWords(expiresAt)}, ${durationInWords(-leftMs)} ago.`
          : `It expires ${timeInWords(expiresAt)}, in ${durationInWords(leftMs)}.`,
      next: 'Renew it first (kubeadm certs renew, then restart what serves it); kubeadm upgrade renews what kubeadm made.',
      source: ['kubernetes/website content/en/docs/tasks/administer-cluster/kubeadm/kubeadm-certs.md'],
    },
  ];
}
