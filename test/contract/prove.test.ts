import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePorts } from '../../sandbox/etcd.ts';
import { createIdentityProvider } from '../../src/adapters/identity-provider.ts';
import type { Approval } from '../../src/chatops/approval.ts';
import type { Proofs } from '../../src/chatops/proofs.ts';
import { newSecret } from '../../src/chatops/step-up.ts';
import { proveRoutes, proveUrls } from '../../src/http/prove.ts';
import { type HttpServer, startHttp } from '../../src/http/server.ts';
import type { Visit } from '../fakes/identity-provider.ts';
import { createProofHouse, type ProofHouse } from '../fakes/proof-house.ts';
import { people } from '../people.ts';
import { type Browser, openBrowser, type Page } from './browser.ts';
import { type OidcServer, startOidc } from './oidc.ts';

let oidc: OidcServer;
let pages: HttpServer;
let house: ProofHouse;
let asked: Approval;
let publicUrl: string;
let urls: ReturnType<typeof proveUrls>;
const logged: string[] = [];
const log = (_: object, words: string) => void logged.push(words);
const logger = { info: log, warn: log, error: log };

/** Of the house that there is now: one server serves them all. */
const proofs: Proofs = {
  show: (ticket) => house.proofs.show(ticket),
  begin: (ticket) => house.proofs.begin(ticket),
  finish: (brought, ticket, secret) => house.proofs.finish(brought, ticket, secret),
};
const pagesAt = (url: string) =>
  proveRoutes({
    ...{ proofs, publicUrl: url, providerName: 'login.example.org', logger },
    asTyped: (words) => `/salvor ${words}`,
  });

beforeAll(async () => {
  const [port = 0] = await freePorts(1);
  publicUrl = `http://127.0.0.1:${port}`;
  urls = proveUrls(publicUrl);
  oidc = await startOidc({ backTo: urls.back });
  pages = await startHttp({ host: '127.0.0.1', port }, pagesAt(publicUrl));
});
afterAll(() => Promise.all([oidc.close(), pages.close()]));

beforeEach(async () => {
  logged.length = 0;
  const access = { issuer: oidc.issuer, clientId: 'salvor', backTo: urls.back, scopes: ['email'], claim: 'email' };
  house = await createProofHouse(createIdentityProvider(access), { pageOf: urls.page });
  asked = await house.asks();
});

const ticketOf = () => house.presses(people.bob, asked);
const signIn = (ticket: string) => `${urls.page(ticket)}/sign-in`;
const bob: Visit = { as: 'bob' };

/** Comes by the provider, and stops where it would bring back what it got. */
const fetchedBy = async (browser: Browser, ticket: string, visit = bob) =>
  (await browser.open(signIn(ticket), { visit, before: urls.back })).url;
const sawNothingCast = async (page: Page, words: string) => {
  expect(page.text).toContain(words);
  expect(page.text).toContain('<p class="tone">Not done</p>');
  expect(page.status).toBe(403);
  expect(await house.votes(asked)).toEqual([]);
};

describe('proving who one is', () => {
  it('leads from the link in Slack by the provider to a vote that counts', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const first = await browser.open(urls.page(ticket));
    expect(first.text).toContain('<h1>Prove that you are Bob, to approve the restore of prod-1</h1>');
    expect(first.text.indexOf('If you did not press')).toBeLessThan(first.text.indexOf('class="go"'));
    const [, go = ''] =
      /class="go" rel="noreferrer" href="([^"]+)">Sign in at login\.example\.org</.exec(first.text) ?? [];
    const last = await browser.open(new URL(go, first.url), { visit: bob });
    expect(last.status).toBe(200);
    expect(last.text).toContain('<h1>Your vote for the restore of prod-1 is cast.</h1>');
    expect(last.text).toContain('You signed in as bob@example.org.');
    expect(await house.votes(asked)).toEqual([`U0BOB as ${oidc.issuer} bob`]);
  });

  it('asks for a login even of somebody who is signed in', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    await fetchedBy(browser, ticket);
    const { url } = await browser.open(signIn(ticket), { before: `${oidc.issuer}/login/` });
    expect(url.href).toContain(`${oidc.issuer}/login/`);
    expect((await browser.open(url, { visit: bob })).text).toContain('is cast.');
  });

  it('casts nothing for another person, and the right one may still come', async () => {
    const ticket = await ticketOf();
    const page = await openBrowser().open(signIn(ticket), { visit: { as: 'carol' } });
    await sawNothingCast(
      page,
      'You signed in as carol@example.org, and Bob pressed the button in Slack: nothing was cast.',
    );
    expect(page.text).toContain('If you are not, tell Bob: this link was theirs alone.');
    expect((await openBrowser().open(signIn(ticket), { visit: bob })).text).toContain('is cast.');
  });

  it('is not fooled by a browser that does not ask for a new login', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const hourAgo = new Date(Date.now() - 3_600_000);
    await browser.open(signIn(ticket), { visit: { as: 'bob', signedInAt: hourAgo }, before: urls.back });
    const { url } = await browser.open(signIn(ticket), { before: oidc.issuer });
    url.searchParams.delete('prompt');
    url.searchParams.set('max_age', '86400');
    await sawNothingCast(
      await browser.open(url),
      'You signed in before you voted, not for this vote: nothing was cast.',
    );
    const { url: bare } = await browser.open(signIn(ticket), { before: oidc.issuer });
    bare.searchParams.delete('prompt');
    bare.searchParams.delete('max_age');
    await sawNothingCast(await browser.open(bare), 'The provider does not tell when you signed in: nothing was cast.');
  });

  it('counts once when the browser comes back twice at the same instant', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const back = await fetchedBy(browser, ticket);
    const ends = await Promise.all([browser.open(back), browser.open(back)]);
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await house.votes(asked)).toHaveLength(1);
    expect((await browser.open(back)).text).toContain('This link was used already');
    expect((await browser.open(urls.page(ticket))).text).toContain('This link was used already');
  });

  it('counts once when two browsers come back at the same instant', async () => {
    const ticket = await ticketOf();
    const browsers = [openBrowser(), openBrowser()];
    const ends = await Promise.all(browsers.map(async (browser) => browser.open(await fetchedBy(browser, ticket))));
    expect(ends.map(({ status }) => status).sort()).toEqual([200, 403]);
    expect(await house.votes(asked)).toHaveLength(1);
  });

  it('is over after ten minutes', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const back = await fetchedBy(browser, ticket);
    house.clock.advance(600_000);
    await sawNothingCast(await browser.open(back), 'its 10 minutes are over');
    await sawNothingCast(await browser.open(urls.page(ticket)), 'its 10 minutes are over');
  });

  it('in another browser than the one that began casts nothing', async () => {
    const back = await fetchedBy(openBrowser(), await ticketOf());
    await sawNothingCast(await openBrowser().open(back), 'This browser has not begun to sign in');
  });

  it('with the ticket of another approval casts nothing', async () => {
    const other = await house.asks({ id: 'a-2' });
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const elsewhere = await house.presses(people.bob, other);
    const back = await fetchedBy(browser, ticket);
    const jar = browser.cookies(back.host);
    jar.set('salvor-prove', (jar.get('salvor-prove') ?? '').replace(ticket, elsewhere));
    await sawNothingCast(await browser.open(back), 'does not belong to this vote: nothing was cast.');
    expect(await house.votes(other)).toEqual([]);
  });

  it.each<[string, (back: URL) => void, string]>([
    ['an altered state', (back) => back.searchParams.set('state', 'x'.repeat(43)), 'does not belong to this vote'],
    ['another issuer', (back) => back.searchParams.set('iss', 'https://evil.example'), 'does not belong to this vote'],
    ['a made-up code', (back) => back.searchParams.set('code', 'x'.repeat(43)), 'was used already, or took too long'],
    ['two codes', (back) => back.searchParams.append('code', 'x'), 'does not belong to this vote'],
    ['no state', (back) => back.searchParams.delete('state'), 'does not belong to this vote'],
  ])('with %s casts nothing', async (_, alter, words) => {
    const browser = openBrowser();
    const back = await fetchedBy(browser, await ticketOf());
    alter(back);
    await sawNothingCast(await browser.open(back), words);
  });

  it('with a code that was redeemed before casts nothing', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const back = await fetchedBy(browser, ticket, { as: 'carol' });
    await browser.open(back);
    await sawNothingCast(await browser.open(back), 'This sign-in was used already, or took too long');
  });

  it('says so when the person turned back at the provider', async () => {
    const page = await openBrowser().open(signIn(await ticketOf()), { visit: { as: 'bob', denies: true } });
    await sawNothingCast(page, 'The provider did not sign you in (access_denied): nothing was cast.');
  });

  it('says so while the provider is down, and works once it is back', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const back = await fetchedBy(browser, ticket);
    await oidc.close();
    const page = await browser.open(back);
    expect(page.status).toBe(503);
    expect(page.text).toContain('cannot be reached: nothing was cast.');
    expect(page.text).toContain('<code>OIDC_UNREACHABLE</code>');
    oidc = await startOidc({ backTo: urls.back, port: oidc.port });
    expect((await browser.open(signIn(ticket), { visit: bob })).text).toContain('is cast.');
  });
});

describe('the page', () => {
  it('may load nothing, be framed by nobody, be kept nowhere, and tells no other site of itself', async () => {
    const { headers, text } = await openBrowser().open(urls.page(await ticketOf()));
    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'sha256-[^']+'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'$/,
    );
    expect(Object.fromEntries(headers)).toMatchObject({
      ...{ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer', 'x-content-type-options': 'nosniff' },
      ...{ 'content-type': 'text/html; charset=utf-8', 'x-frame-options': 'DENY' },
    });
    expect(text).not.toMatch(/<script|<form|<img| style=| on\w+=/);
    expect(text).toContain('<html lang="en">');
  });

  it('shows what others wrote as it is', async () => {
    asked = await house.asks({ id: 'a-odd', words: 'restore prod-1 --reason "<script>alert(1)</script>"' });
    const { text } = await openBrowser().open(urls.page(await ticketOf()));
    expect(text).toContain('<code>restore prod-1 --reason &quot;&lt;script&gt;alert(1)&lt;/script&gt;&quot;</code>');
  });

  it('is not set in motion by programs that look at links', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const back = await fetchedBy(browser, ticket);
    for (const url of [back, urls.page(ticket), signIn(ticket)])
      expect((await fetch(url, { method: 'HEAD' })).status).toBe(405);
    expect((await fetch(back, { method: 'POST' })).status).toBe(405);
    await browser.open(urls.page(ticket));
    expect((await browser.open(back)).status).toBe(200);
  });

  it.each(['', 'x', `${'x'.repeat(43)}/other`, `${'x'.repeat(43)}/sign-in/more`])(
    'of /prove/%s is not there',
    async (path) => {
      await sawNothingCast(await openBrowser().open(`${publicUrl}/prove/${path}`), 'There is no such page');
    },
  );

  it('of a ticket that never was says no more than of one that is over', async () => {
    await sawNothingCast(await openBrowser().open(urls.page(newSecret())), 'This link was used already');
  });

  it('keeps its cookie from scripts and other sites, and where there is TLS from all that has none', async () => {
    const ticket = await ticketOf();
    const response = await fetch(signIn(ticket), { redirect: 'manual', headers: { 'sec-fetch-site': 'same-origin' } });
    expect(response.headers.get('set-cookie')).toMatch(
      new RegExp(`^salvor-prove=${ticket}\\.[\\w-]{43}; Path=/; Max-Age=600; HttpOnly; SameSite=Lax$`),
    );
    const routes = pagesAt('https://salvor.example.org');
    const path = `/prove/${ticket}/sign-in`;
    const query = new URLSearchParams();
    const answer = await routes['/prove/*']?.({
      ...{ method: 'GET', path, query, ledBy: 'same-origin' },
      cookie: () => undefined,
    });
    expect(answer?.headers?.['set-cookie']).toMatch(/^__Host-salvor-prove=.*; Path=\/; .*; Secure$/);
  });

  it('is not passed by: who is led to the provider from elsewhere reads first what they would vote for', async () => {
    const ticket = await ticketOf();
    const page = await openBrowser().open(signIn(ticket), { visit: bob, isLed: true });
    expect(page.url.href).toBe(signIn(ticket));
    expect(page.text).toContain('Sign in at');
    expect(page.headers.get('set-cookie')).toBeNull();
  });

  it('writes no ticket and no code into the log', async () => {
    const [browser, ticket] = [openBrowser(), await ticketOf()];
    const back = await fetchedBy(browser, ticket, { as: 'carol' });
    await browser.open(back);
    await openBrowser().open(signIn(ticket), { visit: bob });
    expect(logged).toHaveLength(2);
    expect(logged.join('\n')).not.toContain(ticket);
    expect(logged.join('\n')).not.toContain(back.searchParams.get('code'));
  });
});
