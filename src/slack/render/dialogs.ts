import type { ModalView } from '@slack/web-api';
import { z } from 'zod';
import type { Approval } from '../../chatops/approval.ts';
import { subjectOf } from '../../chatops/approval-report.ts';
import { counted } from '../../chatops/format.ts';
import { changesNothing, deedInWords, type PlanStep } from '../../chatops/plan.ts';
import { english, type Language } from '../../languages/all.ts';
import { clip } from '../limits.ts';
import { literal } from '../literal.ts';
import { asPlain, bold, inline, type Line, plain, richText, stack } from './pieces.ts';

/** What a dialog answers: by its callback id. */
export const dialogIds = { approve: 'approval.approve', reject: 'approval.reject' } as const;
export const typedBlock = 'target';
export const reasonBlock = 'reason';
export const inputAction = 'typed';

/** What goes with a dialog unseen: which plan was shown, and where its person is to be answered. */
export const Shown = z.object({
  approval: z.string(),
  digest: z.string(),
  channel: z.string().optional(),
});
export type Shown = z.infer<typeof Shown>;

/** Room for the parts of a dialog; Slack takes 3,000 characters in a text, and people read less. */
const room = { loss: 400, step: 300, wayBack: 600, losses: 8, steps: 20 } as const;

/** What will be lost, what will be done, and the target's name to be typed. */
export function approveDialog(approval: Approval, shown: Shown, language = english): ModalView {
  const { say } = language;
  const { plan } = approval;
  return {
    type: 'modal',
    callback_id: dialogIds.approve,
    private_metadata: JSON.stringify(shown),
    title: text(say(`Approve ${plan.deed ?? plan.action}`), 24),
    submit: text(say('Approve'), 24),
    close: text(say('Back'), 24),
    blocks: [
      richText(
        ...stack([
          [bold(say('Asked by: ')), plain(`${approval.requester.name}: ${clip(approval.words, room.step)}`)],
          ...subjectOf(plan).map(({ label, value }) => [bold(`${say(label)}: `), plain(clip(say(value), room.step))]),
        ]),
      ),
      richText(...stack([[bold(say('What is lost'))], ...losses(approval, language)])),
      richText(...stack([[bold(say('What is done'))], ...steps(plan.steps, say)])),
      richText(...stack([[bold(say('Way back: ')), ...inline(language.text(plan.wayBack), room.wayBack)]])),
      {
        type: 'input',
        block_id: typedBlock,
        label: text(asPlain(language.text(['Type ', { quote: plan.target }, ' to agree to exactly this'])), 150),
        hint: text(say(`Plan ${approval.digest.slice(0, 12)}… for approval ${approval.id}`), 150),
        element: { type: 'plain_text_input', action_id: inputAction, focus_on_load: true, max_length: 100 },
      },
    ],
  };
}

export function rejectDialog({ plan }: Approval, shown: Shown, { say }: Language = english): ModalView {
  return {
    type: 'modal',
    callback_id: dialogIds.reject,
    private_metadata: JSON.stringify(shown),
    title: text(say(`Reject ${plan.deed ?? plan.action}`), 24),
    submit: text(say('Reject'), 24),
    close: text(say('Back'), 24),
    blocks: [
      richText(...stack([[plain(say(`One rejection ends it: ${deedInWords(plan)} is not done then.`))]])),
      {
        type: 'input',
        optional: true,
        block_id: reasonBlock,
        label: text(say('Why'), 150),
        element: { type: 'plain_text_input', action_id: inputAction, multiline: true, max_length: 500 },
      },
    ],
  };
}

function losses({ plan }: Approval, language: Language): Line[] {
  const { say } = language;
  if (plan.losses.length === 0) return [[plain(say('nothing'))]];
  const shown = plan.losses
    .slice(0, room.losses)
    .map((loss): Line => [plain('• '), ...inline(language.text(loss), room.loss)]);
  const hidden = plan.losses.length - shown.length;
  return hidden > 0 ? [...shown, [plain(say(`… and ${hidden} more: see the plan in the thread`))]] : shown;
}

/** All of them, or of many those that change something: the point of no return is one of those. */
function steps(all: readonly PlanStep[], say: Language['say']): Line[] {
  const numbered = all.map((step, index) => ({ step, number: index + 1 }));
  const isShort = all.length <= room.steps;
  const told = numbered.filter(({ step }) => isShort || step.isPointOfNoReturn || !changesNothing(step));
  const shown = told.slice(0, room.steps).map(({ step, number }): Line => {
    const line = clip(`${number}. ${say(step.name)}: ${say(step.changes)}`, room.step);
    return step.isPointOfNoReturn
      ? [bold(line), bold(say(' — no way back from here but the one below'))]
      : [plain(line)];
  });
  const hidden = told.length - shown.length;
  const quiet = all.length - told.length;
  return [
    ...shown,
    ...(hidden > 0 ? [[plain(say(`… and ${hidden} more: see the plan in the thread`))]] : []),
    ...(quiet > 0
      ? [
          [
            plain(
              say(`${counted(quiet, 'other step changes', 'other steps change')} nothing: see the plan in the thread`),
            ),
          ],
        ]
      : []),
  ];
}

const text = (words: string, max: number) => ({
  type: 'plain_text' as const,
  text: clip(literal(words), max),
  emoji: false,
});
