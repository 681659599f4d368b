import { createHash } from 'node:crypto';
import { type AsTyped, typedOut } from '../chatops/as-typed.ts';
import type { Report, Text, Value } from '../chatops/report.ts';

/** Words, not colours alone. */
const tones: Readonly<Record<Report['tone'], string>> = {
  good: 'Done',
  warning: 'Take care',
  bad: 'Failed',
  neutral: 'Not done',
};

const style = `
:root { color-scheme: light dark; font: 1.0625rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 40rem; margin: 0 auto; padding: 2rem 1rem; }
h1 { font-size: 1.5rem; line-height: 1.25; margin: .25rem 0 1rem; }
.tone { margin: 0; font-weight: 600; }
dt { font-weight: 600; margin-top: .75rem; }
dd { margin: 0; overflow-wrap: anywhere; }
.go { display: inline-block; margin: 1.5rem 0; padding: .6rem 1.2rem; border: 2px solid; border-radius: .4rem; font-weight: 600; }
.go:focus-visible { outline: 3px solid; outline-offset: 3px; }
`;

/** Nothing but its own style: no script, no picture, no frame around it, no form. */
export const pageHeaders: Readonly<Record<string, string>> = {
  'content-security-policy': [
    "default-src 'none'",
    `style-src 'sha256-${createHash('sha256').update(style).digest('base64')}'`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; '),
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'cross-origin-opener-policy': 'same-origin',
};

/** A report as a page that can be read by eye and by ear; `go` is the one thing to do on it, after all that is to be read before. Everything in it is escaped. */
export function reportPage(
  said: Report,
  asTyped: AsTyped,
  go?: { readonly to: string; readonly label: string },
): string {
  const report = typedOut(said, asTyped);
  const facts = (report.facts ?? []).map(({ label, value }) => `<dt>${escaped(label)}</dt><dd>${html(value)}</dd>`);
  const body = [
    `<p class="tone">${tones[report.tone]}</p>`,
    `<h1>${escaped(report.title)}</h1>`,
    ...(report.text ? [`<p>${html(report.text)}</p>`] : []),
    ...(facts.length > 0 ? [`<dl>${facts.join('')}</dl>`] : []),
    ...(report.next ? [`<p>${html(report.next)}</p>`] : []),
    ...(go ? [`<p><a class="go" rel="noreferrer" href="${escaped(go.to)}">${escaped(go.label)}</a></p>`] : []),
  ];
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${escaped(report.title)} – Salvor</title>
<style>${style}</style>
</head>
<body><main>
${body.join('\n')}
</main></body>
</html>
`;
}

const html = (text: Text): string => (typeof text === 'string' ? escaped(text) : text.map(valueHtml).join(''));

function valueHtml(value: Value): string {
  if (typeof value === 'string') return escaped(value);
  if ('time' in value) return `<time datetime="${escaped(value.time)}">${escaped(timeInWords(value.time))}</time>`;
  if ('quote' in value) return escaped(value.quote);
  if ('code' in value) return `<code>${escaped(value.code)}</code>`;
  if ('command' in value) return `<code>${escaped(value.command)}</code>`;
  if ('person' in value) return escaped(value.person);
  if ('channel' in value) return escaped(value.channel);
  return escaped(value.label);
}

const timeInWords = (time: string): string => time.replace('T', ' ').replace(/(?:\.\d+)?Z$/, ' UTC');

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (letter) => entities[letter] ?? letter);
