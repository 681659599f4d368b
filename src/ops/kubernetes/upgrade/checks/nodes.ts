import { counted, firstFew } from '../../../../chatops/format.ts';
import { seen } from '../../../findings/finding.ts';
import { minorInWords, releaseOf } from '../../release.ts';
import type { Check, Finding, Severity } from '../finding.ts';
import type { NodeFacts } from '../observed.ts';

const name = 'nodes';

/** Nodes that are not as they should be before anybody drains others. Thousands of them are one finding each, not thousands. */
export const nodes: Check = {
  name,
  when: 'once',
  check: ({ nodes: piece }) =>
    seen(name, piece, (all) => [
      ...together(
        'blocker',
        all.filter(({ isReady, isControlPlane }) => !isReady && isControlPlane),
        'Not ready, and part of the control plane.',
        'Bring it back first: kubeadm asks for every control-plane node to be ready.',
      ),
      ...together(
        'warning',
        all.filter(({ isReady, isControlPlane }) => !isReady && !isControlPlane),
        'Not ready: nothing there can be drained or upgraded.',
        'Bring back what is to stay, and take the rest out of the cluster, before its batch comes.',
      ),
      ...troubled(all),
      ...together(
        'note',
        all.filter(({ isCordoned }) => isCordoned),
        'Cordoned already: there is less room for what is drained.',
        'Uncordon it, or leave it out of the batches.',
      ),
      ...mixed(all),
    ]),
};

function together(severity: Severity, which: readonly NodeFacts[], evidence: string, next: string): readonly Finding[] {
  if (which.length === 0) return [];
  const all = which.map(({ name: node }) => node);
  const subject = all.length > 3 ? `${counted(all.length, 'node')}: ${firstFew(all)}` : firstFew(all);
  return [{ check: name, severity, subject, all, evidence, next }];
}

function troubled(all: readonly NodeFacts[]): readonly Finding[] {
  const conditions = [...new Set(all.flatMap(({ troubles }) => troubles))].toSorted();
  return conditions.flatMap((condition) =>
    together(
      'warning',
      all.filter(({ troubles }) => troubles.includes(condition)),
      `${condition}.`,
      'See to it first: a drain elsewhere brings it more pods.',
    ),
  );
}

function mixed(all: readonly NodeFacts[]): readonly Finding[] {
  const byMinor = Map.groupBy(all, ({ kubelet }) => releaseOf(kubelet)?.minor);
  const minors = [...byMinor.keys()].filter((minor) => minor !== undefined).toSorted((a, b) => a - b);
  if (minors.length < 2) return [];
  const each = minors.map(
    (minor) => `kubelets of ${minorInWords(minor)} on ${counted(byMinor.get(minor)?.length ?? 0, 'node')}`,
  );
  const evidence = `Their versions differ: ${each.join('; ')}.`;
  return [{ check: name, severity: 'note', subject: 'kubelets', evidence, next: 'Raise the oldest first.' }];
}
