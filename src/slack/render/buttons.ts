import type { ActionsBlock, Button } from '@slack/types';
import type { Action } from '../../chatops/report.ts';
import type { Language } from '../../languages/all.ts';
import { clip, limits, shares } from '../limits.ts';
import { literal } from '../literal.ts';

/** What a press is, by action id. The value is a run's id or words to be said; rights are asked for again at the press. */
export const actionIds = {
  cancel: 'run.cancel',
  logs: 'run.logs',
  steps: 'run.steps',
  retry: 'run.retry',
  command: 'report.command',
  approve: 'approval.approve',
  reject: 'approval.reject',
  withdraw: 'approval.withdraw',
  acknowledge: 'alert.acknowledge',
  silence: 'alert.silence',
} as const satisfies Readonly<Record<Action['does'], string>>;

const stopping: NonNullable<Action['confirm']> =
  'It stops at its next safe place. What it has not finished is not kept.';

/** Buttons in their order, at most five; undefined when there are none. Only the first primary one stays primary. */
export function renderButtons(
  actions: readonly Action[],
  blockId: string,
  say: Language['say'],
): ActionsBlock | undefined {
  // A cut value would do something else than its label says: such a button is left away.
  const usable = actions.filter((action) => action.on.length > 0 && action.on.length <= limits.buttonValue);
  const shown = usable.slice(0, shares.buttons);
  const primary = shown.findIndex((action) => action.style === 'primary');
  const elements = shown.map((action, index) => button(action, index, index === primary, say));
  if (elements.length === 0) return undefined;
  return { type: 'actions', block_id: clip(blockId, limits.id), elements };
}

function button(action: Action, index: number, isPrimary: boolean, say: Language['say']): Button {
  const label = literal(clip(say(action.label), limits.confirmTitle)) || action.does;
  const style = action.style === 'danger' ? 'danger' : isPrimary ? 'primary' : undefined;
  const confirm = action.confirm ?? (action.does === 'cancel' ? stopping : undefined);
  return {
    type: 'button',
    // An action id may stand once in a block.
    action_id: `${actionIds[action.does]}${index === 0 ? '' : `:${index}`}`,
    value: action.on,
    text: plainText(label, limits.buttonText),
    accessibility_label: clip(spoken(action, label), limits.accessibilityLabel),
    ...(style ? { style } : {}),
    ...(confirm === undefined
      ? {}
      : { confirm: dialog(action, label, literal(clip(say(confirm), limits.confirmText)), say) }),
  };
}

function spoken(action: Action, label: string): string {
  if (action.does === 'command') return label;
  const [of] = actionIds[action.does].split('.');
  return `${label}: ${of} ${literal(action.on)}`;
}

function dialog(action: Action, label: string, question: string, say: Language['say']): NonNullable<Button['confirm']> {
  const isCancel = action.does === 'cancel';
  return {
    title: plainText(isCancel ? say('Stop this run?') : `${label}?`, limits.confirmTitle),
    text: plainText(question || say('Are you sure?'), limits.confirmText),
    confirm: plainText(isCancel ? say('Stop the run') : label, limits.confirmButton),
    deny: plainText(say(isCancel ? 'Keep going' : 'Back'), limits.confirmButton),
    ...(isCancel || action.style === 'danger' ? { style: 'danger' as const } : {}),
  };
}

function plainText(text: string, max: number) {
  return { type: 'plain_text' as const, text: clip(text, max), emoji: false };
}
