import { withIds } from './elements.ts';
import { ApiError, refusedWith } from './failures.ts';
import { asRecords } from './json.ts';
import type { Block, Json } from './model.ts';
import type { State } from './state.ts';
import { type Problem, validateBlocks, validateView } from './validate.ts';

/** The blocks of a message as Slack keeps them. Throws ApiError `invalid_blocks`, `msg_blocks_too_long`, with the places. */
export function messageBlocks(state: State, blocks: Json | undefined): readonly Block[] {
  if (blocks === undefined || blocks === null) return [];
  if (!Array.isArray(blocks)) throw new ApiError('invalid_blocks_format');
  const problems = validateBlocks(blocks, 'message');
  const tooLong = problems.find((problem) => problem.code === 'msg_blocks_too_long');
  if (tooLong) throw refusedWith('msg_blocks_too_long', [worded(tooLong)]);
  if (problems.length > 0) throw refusedWith('invalid_blocks', problems.map(worded));
  return withIds(state, asRecords(blocks));
}

/** Refuses what Slack would refuse in a view: ApiError `invalid_arguments` or `view_too_large`, with the places. */
export function checkView(view: Json | undefined): void {
  const problems = validateView(view);
  if (problems.length === 0) return;
  const isTooLarge = problems.some((problem) => problem.place === '/view' && problem.reason.endsWith('bytes'));
  throw refusedWith(isTooLarge ? 'view_too_large' : 'invalid_arguments', problems.map(worded));
}

function worded(problem: Problem): string {
  return `${problem.reason} [json-pointer:${problem.place}]`;
}
