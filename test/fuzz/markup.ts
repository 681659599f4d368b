import { expect } from 'vitest';
import { validateBlocks } from '../../sandbox/slack/validate.ts';

interface Shown {
  readonly text: string;
  readonly blocks: readonly unknown[];
}

/** What Slack reads as a mention or as markup in what is shown. */
export function expectNothingEscaped(blocks: readonly unknown[], text = ''): void {
  const mrkdwn = [text];
  const elements: string[] = [];
  JSON.stringify(blocks, (_, value) => {
    if (value?.type === 'mrkdwn') mrkdwn.push(value.text);
    if (/^(broadcast|usergroup|team)$/.test(value?.type)) elements.push(value.type);
    if (value?.type === 'user' && !/^[UW][A-Z0-9]{2,20}$/.test(value.user_id)) elements.push(value.user_id);
    if (value?.type === 'link' && !/^https?:\/\//i.test(value.url)) elements.push(value.url);
    return value;
  });
  expect(elements).toEqual([]);
  // Nothing of ours but dates, in a form of their own.
  const left = mrkdwn.map((one) => one.replaceAll(/<!date\^-?\d+\^[^<>|]*\|[^<>|]*>/g, ''));
  expect(left.filter((one) => /[<>]/.test(one))).toEqual([]);
}

export function expectMessage({ text, blocks }: Shown): void {
  expect(validateBlocks(blocks, 'message')).toEqual([]);
  expect(text.length).toBeGreaterThan(0);
  expect(text.length).toBeLessThanOrEqual(4000);
  expectNothingEscaped(blocks, text);
}
