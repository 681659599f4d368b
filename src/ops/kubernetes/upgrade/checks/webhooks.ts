import { listInWords } from '../../../../chatops/format.ts';
import { seen, unseen } from '../../../findings/finding.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { Webhook } from '../observed.ts';

const name = 'webhooks';
const source = [
  'kubernetes/website content/en/docs/concepts/cluster-administration/admission-webhooks-good-practices.md',
];
/** What Kubernetes waits unless told otherwise; every write it matches waits that long when nobody answers. */
const usualTimeoutSeconds = 10;

/** Webhooks that can keep the control plane, or the add-ons of the new version, from being written. */
export const webhooks: Check = {
  name,
  when: 'once',
  check: ({ webhooks: piece }) => seen(name, piece, (all) => all.flatMap(judge)),
};

function judge(webhook: Webhook): readonly Finding[] {
  const { name: subject, isServed, target, timeoutSeconds } = webhook;
  const isStrict = webhook.failurePolicy === 'Fail';
  const say = (severity: Severity, evidence: string, next: string): Finding => ({
    ...{ check: name, severity, subject, evidence, next, source },
  });
  if ('gap' in isServed) return isStrict ? [unseen(name, isServed.gap)] : [];
  if (!isServed.known) {
    return isStrict
      ? [
          say(
            'blocker',
            `Nothing stands behind ${target}, and failurePolicy is Fail: what it matches cannot be written.`,
            `Bring ${target} back, or delete the webhook.`,
          ),
        ]
      : [
          say(
            'warning',
            `Nothing stands behind ${target}: each write it matches may wait ${timeoutSeconds} s.`,
            'Delete the webhook, or bring its service back.',
          ),
        ];
  }
  const found: Finding[] = [];
  if (isStrict && webhook.matchesKubeSystem) {
    found.push(
      say(
        'warning',
        'It matches kube-system with failurePolicy Fail: when its pods are drained, control-plane pods and add-ons cannot be written.',
        'Leave kube-system out of its namespaceSelector.',
      ),
    );
  }
  if (isStrict && timeoutSeconds > usualTimeoutSeconds) {
    found.push(
      say(
        'warning',
        `It may keep each write waiting for ${timeoutSeconds} s.`,
        `Set timeoutSeconds to ${usualTimeoutSeconds} or less.`,
      ),
    );
  }
  if (webhook.matchesExactly) {
    found.push(
      say(
        'warning',
        `It matches ${listInWords(webhook.apiVersions)} exactly: objects in the versions a newer API server adds pass by it.`,
        'Set matchPolicy to Equivalent.',
      ),
    );
  }
  return found;
}
