import { randomBytes } from 'node:crypto';
import type { AsTyped } from '../chatops/as-typed.ts';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { Proofs } from '../chatops/proofs.ts';
import type { Report } from '../chatops/report.ts';
import type { Logger } from '../ports/logger.ts';
import { pageHeaders, reportPage } from './page.ts';
import { type Answer, type Asked, type Routes, text } from './server.ts';

export interface ProveParts {
  readonly proofs: Proofs;
  /** Scheme, host and port under which people's browsers reach these routes. */
  readonly publicUrl: string;
  /** Where people sign in, for them to know it again: 'dex.example.org'. */
  readonly providerName: string;
  readonly asTyped: AsTyped;
  readonly logger: Logger;
}

const cookieSeconds = 600;
const secretShape = /^[\w-]{43}$/;

export const proveUrls = (publicUrl: string) => ({
  page: (ticket: string) => new URL(`/prove/${ticket}`, publicUrl).href,
  /** Where the provider sends browsers back to. */
  back: new URL('/prove/back', publicUrl).href,
});

/**
 * The pages on which people prove who they are:
 * /prove/<ticket>          what the vote is for, and a link to sign in
 * /prove/<ticket>/sign-in  the way to the provider, from that page alone; leaves a cookie
 * /prove/back              the way back, which casts the vote
 */
export function proveRoutes(parts: ProveParts): Routes {
  const { proofs, asTyped, logger, publicUrl, providerName } = parts;
  const isSecure = publicUrl.startsWith('https:');
  // A name with this prefix no other host of the domain, and no page without TLS, can set.
  const cookieName = isSecure ? '__Host-salvor-prove' : 'salvor-prove';

  const page = (status: number, report: Report, go?: Parameters<typeof reportPage>[2]): Answer => ({
    ...{ status, contentType: 'text/html; charset=utf-8', headers: pageHeaders },
    body: reportPage(report, asTyped, go),
  });

  async function show(ticket: string): Promise<Answer> {
    const report = await proofs.show(ticket);
    return page(200, report, { to: `/prove/${ticket}/sign-in`, label: `Sign in at ${providerName}` });
  }

  async function begin(ticket: string): Promise<Answer> {
    const { url, secret } = await proofs.begin(ticket);
    const flags = ['Path=/', `Max-Age=${cookieSeconds}`, 'HttpOnly', 'SameSite=Lax', ...(isSecure ? ['Secure'] : [])];
    const cookie = [`${cookieName}=${ticket}.${secret}`, ...flags].join('; ');
    return { ...text(303, ''), headers: { ...pageHeaders, location: url.href, 'set-cookie': cookie } };
  }

  async function finish({ query, cookie }: Asked): Promise<Answer> {
    const [ticket = '', secret = ''] = (cookie(cookieName) ?? '').split('.');
    if (!secretShape.test(ticket) || !secretShape.test(secret))
      throw new Refusal(
        'This browser has not begun to sign in, or too long ago: nothing was cast.',
        'Open the link in your own Slack message, in the browser in which you sign in. Nobody else can send you one.',
      );
    const report = await proofs.finish(query, ticket, secret);
    logger.info({}, 'a vote was cast by somebody who proved who they are');
    return page(200, report);
  }

  /** Whatever happens, a person reads what it was and what to do. Programs that only ask for headers set nothing in motion. */
  const answering = (work: (asked: Asked) => Promise<Answer>) => async (asked: Asked) => {
    if (asked.method === 'HEAD') return { ...text(405, ''), headers: pageHeaders };
    try {
      return await work(asked);
    } catch (error) {
      const { status, report } = apologise(error, logger);
      return page(status, report);
    }
  };

  return {
    '/prove/back': answering(finish),
    '/prove/*': answering(({ path, ledBy }) => {
      const [, , ticket = '', ...rest] = path.split('/');
      if (!secretShape.test(ticket)) throw noSuchPage();
      if (rest.length === 0) return show(ticket);
      // Who was led past the page has not read what they would vote for: it is shown instead.
      if (rest.length === 1 && rest[0] === 'sign-in') return ledBy === 'same-origin' ? begin(ticket) : show(ticket);
      throw noSuchPage();
    }),
  };
}

const noSuchPage = (): Refusal =>
  new Refusal('There is no such page: nothing was cast.', 'Open the link in your Slack message, all of it.');

function apologise(error: unknown, logger: Logger): { readonly status: number; readonly report: Report } {
  if (error instanceof Refusal) {
    logger.warn({}, `no vote was cast: ${error.message}`);
    const next = error.next === undefined ? {} : { next: error.next };
    return { status: 403, report: { tone: 'neutral', title: error.message, ...next } };
  }
  if (error instanceof Fault) {
    logger.warn({ code: error.code, err: error }, 'nobody could prove who they are');
    const facts = [{ label: 'Code', value: [{ code: error.code }] }];
    const next = error.next ?? 'Try again in a moment.';
    return { status: 503, report: { tone: 'bad', title: error.message, facts, next } };
  }
  const number = randomBytes(4).toString('hex');
  logger.error({ number, err: error }, 'a proof met a mistake of our own');
  const title = 'Salvor made a mistake of its own, and cannot say whether your vote was cast.';
  const next = `Look at the approval’s message in Slack. Tell whoever runs Salvor this number: ${number}.`;
  return { status: 500, report: { tone: 'bad', title, next } };
}
