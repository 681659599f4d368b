import { expect, it } from 'vitest';
import { requestUrl } from '../../src/main/request-url.ts';
import { refusalOf } from '../config/refusal-of.ts';

it.each([
  ['https://salvor.example.org', 'https://salvor.example.org/slack/events'],
  ['https://salvor.example.org/', 'https://salvor.example.org/slack/events'],
  ['https://salvor.example.org/slack/events', 'https://salvor.example.org/slack/events'],
  ['https://proxy.example.org/salvor', 'https://proxy.example.org/salvor'],
])('has Slack deliver to where the bot listens: %s', (given, url) => {
  expect(requestUrl(given)).toBe(url);
});

it.each(['http://salvor.example.org', 'salvor.example.org', ''])(
  'refuses "%s", where Slack delivers nothing',
  (given) => {
    expect(refusalOf(() => requestUrl(given))).toContain('is no address that Slack delivers to');
  },
);
