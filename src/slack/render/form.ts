import type { InputBlock, KnownBlock } from '@slack/types';
import type { ModalView } from '@slack/web-api';
import { z } from 'zod';
import type { Form, FormField } from '../../chatops/form.ts';
import { english, type Language } from '../../languages/all.ts';
import { clip, limits } from '../limits.ts';
import { literal } from '../literal.ts';
import { plain, richText, stack } from './pieces.ts';

export const formId = 'command.form';
export const formAction = 'answer';

/** What goes with a form unseen: what was said already, and where. */
export const Asked = z.object({
  command: z.string(),
  given: z.record(z.string(), z.string()),
  channel: z.string().optional(),
});
export type Asked = z.infer<typeof Asked>;

/** A form as a dialog; undefined where what was said already is more than Slack carries. */
export function formDialog(
  { command, title, summary, given, fields }: Form,
  channel: string | undefined,
  { say }: Language = english,
): ModalView | undefined {
  const asked: Asked = { command, given, ...(channel === undefined ? {} : { channel }) };
  const private_metadata = JSON.stringify(asked);
  if (private_metadata.length > limits.metadata) return undefined;
  const said = Object.entries(given).map(([name, value]) => [plain(`${say(capitalised(name))}: ${clip(value, 100)}`)]);
  return {
    type: 'modal',
    callback_id: formId,
    private_metadata,
    title: text(say(capitalised(title)), limits.modalTitle),
    submit: text(say(capitalised(title)), limits.modalTitle),
    close: text(say('Back'), limits.modalTitle),
    blocks: [
      richText(...stack([[plain(say(capitalised(summary)))], ...said])),
      ...fields.map((field) => inputOf(field, say)),
    ],
  };
}

function inputOf(field: FormField, say: Language['say']): KnownBlock {
  const { name, isOptional } = field;
  const input: InputBlock = {
    type: 'input',
    block_id: name,
    optional: isOptional,
    label: text(say(capitalised(name)), 150),
    element: elementOf(field, say),
  };
  return input;
}

function elementOf({ options = [] }: FormField, say: Language['say']): InputBlock['element'] {
  const shown = options
    .filter(({ value }) => value !== '' && value.length <= limits.optionValue)
    .map(({ value, label }) => ({ text: text(say(label || value), limits.optionText), value }));
  if (shown.length === 0) return { type: 'plain_text_input', action_id: formAction, max_length: 500 };
  if (shown.length <= limits.options) return { type: 'static_select', action_id: formAction, options: shown };
  // Slack searches in all of them as people type.
  const groups = Array.from({ length: Math.ceil(shown.length / limits.options) }, (_, nth) => {
    const part = shown.slice(nth * limits.options, (nth + 1) * limits.options);
    return { label: text(`${part[0]?.value} …`, limits.optionText), options: part };
  });
  return { type: 'static_select', action_id: formAction, option_groups: groups.slice(0, limits.options) };
}

const capitalised = (words: string): string => `${words.charAt(0).toUpperCase()}${words.slice(1)}`;
const text = (words: string, max: number) => ({
  type: 'plain_text' as const,
  text: clip(literal(words), max),
  emoji: false,
});
