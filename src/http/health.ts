import { type PlainRoutes, text } from './server.ts';

/** Something this process cannot work without. Resolves to undefined when well, else to what is wrong. */
export type Check = () => Promise<string | undefined>;

const limitMs = 2000;

/**
 * /livez: the process turns. /readyz: every check holds now; 503 with a line each when one does not, and
 * a check that does not answer in two seconds has not held.
 */
export function healthRoutes(checks: Readonly<Record<string, Check>>): PlainRoutes {
  return {
    '/livez': async () => text(200, 'ok\n'),
    '/readyz': async () => {
      const found = await Promise.all(
        Object.entries(checks).map(async ([name, check]) => ({ name, wrong: await within(check) })),
      );
      const lines = found.map(({ name, wrong }) => (wrong === undefined ? `[+] ${name} ok` : `[-] ${name} ${wrong}`));
      return text(found.every(({ wrong }) => wrong === undefined) ? 200 : 503, `${lines.join('\n')}\n`);
    },
  };
}

async function within(check: Check): Promise<string | undefined> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const timer = setTimeout(resolve, limitMs, `does not answer within ${limitMs / 1000} s`);
  try {
    return await Promise.race([check(), promise]);
  } catch (error) {
    return error instanceof Error ? error.message : 'failed';
  } finally {
    clearTimeout(timer);
  }
}
