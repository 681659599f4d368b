import { Refusal } from '../chatops/errors.ts';
import { requestPath } from '../slack/receivers/requests.ts';

/** Where Slack is to deliver to, by the address that a person gives: `https://salvor.example.org` is enough. Throws Refusal. */
export function requestUrl(given: string): string {
  const url = URL.parse(given);
  if (url?.protocol !== 'https:')
    throw new Refusal(`"${given}" is no address that Slack delivers to.`, 'Give --url the https://… of the bot.');
  if (url.pathname === '/') url.pathname = requestPath;
  return url.href;
}
