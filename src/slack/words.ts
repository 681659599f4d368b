/** `<@U1|alice>`, `<#C1|ops>`, `<!here>`, `<https://…|label>`: what Slack makes of what people type. */
const marked = /<([^<>]*)>/g;

const entities: Readonly<Record<string, string>> = { '&amp;': '&', '&lt;': '<', '&gt;': '>' };

/**
 * What a person typed, out of what Slack made of it: entities undone once, people and channels by id (`@U1`, `#C1`; ids
 * count, never names), links and auto-linked host names as the person saw them.
 */
export function plainWords(text: string): string {
  return text
    .replaceAll(marked, (_, inside: string) => unmark(inside))
    .replaceAll(/&(?:amp|lt|gt);/g, (entity) => entities[entity] ?? entity)
    .trim();
}

function unmark(inside: string): string {
  const [target = '', label] = split(inside);
  if (/^[@#][A-Z0-9]+$/.test(target)) return target;
  if (target.startsWith('!subteam^')) return `@${target.slice('!subteam^'.length)}`;
  if (target.startsWith('!date^')) return label ?? '';
  if (target.startsWith('!')) return `@${target.slice(1)}`;
  // The label is what the person saw when sending; for host names Slack puts a scheme in front of the target.
  if (label !== undefined && label !== '') return label;
  return target.replace(/^(?:mailto|tel):/, '');
}

function split(inside: string): [string, string | undefined] {
  const bar = inside.indexOf('|');
  return bar < 0 ? [inside, undefined] : [inside.slice(0, bar), inside.slice(bar + 1)];
}

/**
 * The command in a message that begins by mentioning the bot; undefined when the mention stands elsewhere: talking about
 * Salvor is not talking to it. A code span around the command is taken away.
 */
export function wordsToBot(text: string, botUserId: string): string | undefined {
  const mention = new RegExp(`^\\s*<@${botUserId}(?:\\|[^<>]*)?>[\\s,:]*`);
  if (!mention.test(text)) return undefined;
  const rest = text.replace(mention, '').trim();
  const inCode = /^(`{1,3})([^`]+)\1$/.exec(rest);
  return plainWords(inCode?.[2] ?? rest);
}
