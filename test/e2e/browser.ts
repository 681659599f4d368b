import { existsSync } from 'node:fs';
import { type Browser, chromium, type Page } from 'playwright-core';

const places = [
  process.env.CHROMIUM ?? '',
  '/usr/bin/chromium',
  '/usr/bin/chromium-browser',
  '/usr/bin/google-chrome',
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
];

/** A Chromium this machine has, or undefined: tests of the page are skipped where there is none. */
export const chromiumPath: string | undefined = places.find((place) => place !== '' && existsSync(place));

const quiet = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export function startBrowser(): Promise<Browser> {
  return chromium.launch({ ...(chromiumPath ? { executablePath: chromiumPath } : {}), args: quiet });
}

/** An empty window; mistakes of the pages it shows end up in `mistakes`. */
export async function openWindow(browser: Browser): Promise<{ page: Page; mistakes: string[] }> {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 }, reducedMotion: 'reduce' });
  const mistakes: string[] = [];
  page.on('pageerror', (error) => mistakes.push(error.message));
  page.on('dialog', (dialog) => mistakes.push(`dialog: ${dialog.message()}`));
  page.setDefaultTimeout(30_000);
  return { page, mistakes };
}

/** Leaves what the window shows: nothing of it runs or lies under the pointer any more. The page stores nothing. */
export async function leave(page: Page): Promise<void> {
  await page.goto('about:blank');
  await page.mouse.move(0, 0);
}
