export { actionIds } from './render/buttons.ts';
export { type Message, renderCard } from './render/card.ts';
export { threadHalf } from './render/halves.ts';
export { type RenderedReport, renderReport } from './render/report.ts';
