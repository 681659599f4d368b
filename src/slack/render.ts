export { renderAlert } from './render/alert.ts';
export { renderApproval } from './render/approval.ts';
export { actionIds } from './render/buttons.ts';
export { type Message, renderCard } from './render/card.ts';
export {
  approveDialog,
  dialogIds,
  inputAction,
  reasonBlock,
  rejectDialog,
  Shown,
  typedBlock,
} from './render/dialogs.ts';
export { Asked, formAction, formDialog, formId } from './render/form.ts';
export { threadHalf } from './render/halves.ts';
export { renderHome } from './render/home.ts';
export { asPlain } from './render/pieces.ts';
export { type RenderedReport, type ReportLayout, renderReport } from './render/report.ts';
