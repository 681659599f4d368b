import { counted, firstFew } from '../../../chatops/format.ts';
import type { Finding } from './finding.ts';

/** Whether one may go: never `ready` while something that a check needs was not seen. */
export type Verdict =
  | { readonly kind: 'ready' }
  | { readonly kind: 'blocked'; readonly blockers: number; readonly unknown: number }
  /** What was not seen, by subject. */
  | { readonly kind: 'unknown'; readonly because: readonly string[] };

export function verdictOf(findings: readonly Pick<Finding, 'severity' | 'subject'>[]): Verdict {
  const blockers = findings.filter(({ severity }) => severity === 'blocker').length;
  const because = findings.filter(({ severity }) => severity === 'unknown').map(({ subject }) => subject);
  if (blockers > 0) return { kind: 'blocked', blockers, unknown: because.length };
  return because.length > 0 ? { kind: 'unknown', because } : { kind: 'ready' };
}

/** 'ready', '2 blockers', 'unknown because nobody could see the flags of kube-scheduler on cp-2'. */
export function verdictInWords(verdict: Verdict): string {
  switch (verdict.kind) {
    case 'ready':
      return 'ready';
    case 'blocked': {
      const more = verdict.unknown === 0 ? '' : `, and ${counted(verdict.unknown, 'thing')} not seen`;
      return `${counted(verdict.blockers, 'blocker')}${more}`;
    }
    case 'unknown':
      return `unknown because nobody could see ${firstFew(verdict.because)}`;
  }
}

const codes = { ready: 0, blocked: 2, unknown: 3 } as const;
/** What a pipeline reads from the exit code. */
export const verdictCode = ({ kind }: Verdict): 0 | 2 | 3 => codes[kind];
