import { alertReport } from '../../chatops/alerts/alert-report.ts';
import type { AlertRule } from '../../chatops/alerts/alert-rule.ts';
import type { AlertThread } from '../../chatops/alerts/alert-thread.ts';
import { english } from '../../languages/all.ts';
import type { Message } from './card.ts';
import { closingLine } from './closing-line.ts';
import { renderReport } from './report.ts';

/** The message of a group of alerts as it is now. Its buttons carry the group's id, or words to be said, and nothing else. */
export function renderAlert(
  alert: AlertThread,
  rules: readonly AlertRule[],
  calledAs: string,
  now: Date,
  language = english,
): Message {
  const { id, target } = alert;
  const { text, blocks } = renderReport(alertReport(alert, rules), {
    id: `alert:${id}`,
    calledAs,
    filesFollow: false,
    language,
  });
  return { text, blocks: [...blocks, closingLine(language.say(`${target} · alert ${id} · as of`), now)] };
}
