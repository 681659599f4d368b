import { alertReport } from '../../chatops/alerts/alert-report.ts';
import type { AlertRule } from '../../chatops/alerts/alert-rule.ts';
import type { AlertThread } from '../../chatops/alerts/alert-thread.ts';
import type { Message } from './card.ts';
import { closingLine } from './closing-line.ts';
import { renderReport } from './report.ts';

/** The message of a group of alerts as it is now. Its buttons carry the group's id, or words to be said, and nothing else. */
export function renderAlert(alert: AlertThread, rules: readonly AlertRule[], calledAs: string, now: Date): Message {
  const { id, target } = alert;
  const { text, blocks } = renderReport(alertReport(alert, rules), { id: `alert:${id}`, calledAs, filesFollow: false });
  return { text, blocks: [...blocks, closingLine(`${target} · alert ${id} · as of`, now)] };
}
