import type { Readiness } from '../../ports/kubernetes.ts';
import type { Answer } from './ask.ts';

/** What /readyz?verbose says, a line each check: '[+]ping ok', '[-]etcd failed: reason withheld'. Undefined where it is not that. */
export function readinessIn({ status, text }: Pick<Answer, 'status' | 'text'>): Readiness | undefined {
  const failing = [...text.matchAll(/^\[-\](\S+)/gm)].map(([, name = '']) => name);
  if (status === 200 && /^(\[\+\]|ok\s*$)/.test(text)) return { isReady: true, failing };
  // A proxy answers 500 as well, but not with checks.
  return status === 500 && failing.length > 0 ? { isReady: false, failing } : undefined;
}
