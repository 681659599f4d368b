import type { Visit } from '../fakes/identity-provider.ts';

export interface Page {
  readonly url: URL;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

/** A browser that keeps cookies by site and goes where it is sent. */
export interface Browser {
  /** Follows a link, as a person does on the page that they have read; `isLed` is from elsewhere. Signs in as whom `visit` says when it comes by a login page; stops before it goes to `before`. */
  open(
    url: URL | string,
    options?: { readonly visit?: Visit; readonly before?: string; readonly isLed?: boolean },
  ): Promise<Page>;
  cookies(site: string): Map<string, string>;
}

export function openBrowser(): Browser {
  const jars = new Map<string, Map<string, string>>();
  const cookies = (site: string) => {
    const jar = jars.get(site) ?? new Map<string, string>();
    jars.set(site, jar);
    return jar;
  };

  async function ask(url: URL, ledBy: string): Promise<Response> {
    const jar = cookies(url.host);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, {
      redirect: 'manual',
      headers: { 'sec-fetch-site': ledBy, ...(cookie === '' ? {} : { cookie }) },
    });
    for (const header of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(header) ?? [];
      if (value === '') jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  return {
    cookies,
    async open(from, { visit, before, isLed = false } = {}) {
      for (let url = new URL(from), hops = 0; hops < 20; hops += 1) {
        if (visit && url.pathname.startsWith('/login/')) loginAs(url, visit);
        const response = await ask(url, isLed ? 'cross-site' : 'same-origin');
        const text = await response.text();
        const location = response.headers.get('location');
        const next = location === null ? undefined : new URL(location, url);
        if (!next || (before !== undefined && next.href.startsWith(before)))
          return { url: next ?? url, status: response.status, headers: response.headers, text };
        url = next;
      }
      throw new Error('sent from place to place');
    },
  };
}

function loginAs(url: URL, { as, signedInAt, denies }: Visit): void {
  url.searchParams.set('as', as);
  if (signedInAt) url.searchParams.set('at', String(Math.floor(signedInAt.getTime() / 1000)));
  if (denies) url.searchParams.set('deny', 'yes');
}
