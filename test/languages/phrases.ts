import { globSync, readFileSync } from 'node:fs';
import { parseAst } from 'rolldown/parseAst';

/** A phrase of the code: what a person may read, with its interpolations as slots. */
export interface Phrase {
  readonly file: string;
  readonly text: string;
}

interface Node {
  readonly type: string;
  readonly [name: string]: unknown;
}

/** Where nothing is said to a person in Slack: logs, metrics, the terminal of who runs Salvor, papers of record and ready-made commands. */
const elsewhere = [
  'src/http/**',
  'src/main/**',
  'src/main.ts',
  'src/terminal/**',
  'src/config/**',
  'src/config.ts',
  'src/languages/**',
  'src/queue/*-scripts.ts',
  'src/queue/{keys,outbox,queue-page,redis,sync-schedules,worker}.ts',
  'src/slack/manifest.ts',
  'src/slack/bolt-logger.ts',
  'src/slack/receivers/**',
  'src/ops/**/runbook.ts',
  'src/ops/**/by-hand.ts',
  'src/ops/**/own-commands.ts',
];

/** Of the properties that are shown: a single word is a phrase there too. */
const shown = new Set(
  'label title caption columns spare means subject seen next changed text note detail confirm value summary altText'.split(
    ' ',
  ),
);

/** Of the properties that are typed, looked up or drawn, never read as words. */
const unsaid = new Set(
  'command code quote person channel time link usage example examples tone does on style job kind port operation id type'.split(
    ' ',
  ),
);

const pieceKinds = new Set(['command', 'code', 'quote', 'time', 'person', 'channel', 'link']);

/** Every phrase of the rooms that speak to people, in the order of their files. */
export function phrasesOf(root: string, where: readonly string[]): readonly Phrase[] {
  const left = new Set(elsewhere.flatMap((pattern) => globSync(pattern, { cwd: root })));
  const files = where.flatMap((pattern) => globSync(pattern, { cwd: root })).filter((file) => !left.has(file));
  return files.sort().flatMap((file) => phrasesIn(file, readFileSync(`${root}/${file}`, 'utf8')));
}

export function phrasesIn(file: string, source: string): readonly Phrase[] {
  const found = new Set<string>();
  // What an adapter throws is told as the cause of its Fault; elsewhere an Error is a mistake of ours.
  const tellsErrors = file.startsWith('src/adapters/');
  look(parseAst(source, { lang: 'ts' }, file) as unknown as Node, false);
  return [...found].map((text) => ({ file, text }));

  function look(node: unknown, isShown: boolean): void {
    if (Array.isArray(node)) {
      for (const one of node) look(one, isShown);
      return;
    }
    if (!isNode(node) || (isSilent(node) && !(tellsErrors && isError(node)))) return;
    if (isCheck(node)) {
      // What is compared with is no phrase; what is said of it may follow, and what stands before is a chain of such checks.
      look((node.callee as Node).object, isShown);
      look((node.arguments as Node[]).slice(1), isShown);
      return;
    }
    const text = textOf(node);
    if (text !== undefined) add(text, isShown);
    if (node.type === 'BinaryExpression' && text !== undefined) {
      for (const part of partsOf(node)) look(part.type === 'TemplateLiteral' ? part.expressions : [], true);
      return;
    }
    if (isNode(node.callee) && node.callee.name === 'counted') addCounted(node.arguments as Node[]);
    if (node.type === 'ArrayExpression' && text !== undefined) {
      // Its strings are parts of one phrase; what stands in its slots is looked at by itself.
      for (const element of node.elements as (Node | null)[])
        if (element && textOf(element) === undefined) look(element, isShown);
      for (const element of node.elements as (Node | null)[])
        if (element?.type === 'TemplateLiteral') look(element.expressions, true);
      return;
    }
    for (const [name, child] of Object.entries(node)) {
      if (name === 'type' || (name === 'key' && node.computed !== true)) continue;
      look(child, within(node, name, isShown));
    }
  }

  function add(text: string, isShown: boolean): void {
    if (isPhrase(text, isShown)) found.add(text);
  }

  function addCounted([, noun, nouns]: readonly Node[]): void {
    for (const one of wordsIn(noun)) {
      found.add(`{0#} ${one}`);
      if (nouns === undefined) found.add(`{0#} ${one}s`);
    }
    for (const many of wordsIn(nouns)) found.add(`{0#} ${many}`);
  }
}

const isNode = (node: unknown): node is Node => typeof node === 'object' && node !== null && 'type' in node;

const isError = (node: Node): boolean =>
  node.type === 'NewExpression' &&
  isNode(node.callee) &&
  /^(?:Error|TypeError|RangeError)$/.test(String(node.callee.name));

/** Nothing in it is shown to anybody. */
function isSilent(node: Node): boolean {
  if (node.type.startsWith('TS') && !/^TS(As|Satisfies|NonNull)/.test(node.type)) return true;
  if (['ImportDeclaration', 'ExportAllDeclaration', 'BreakStatement'].includes(node.type)) return true;
  if (isError(node)) return true;
  if (node.type === 'NewExpression' && isNode(node.callee)) return /^(?:Set|Map)$/.test(String(node.callee.name));
  if (node.type === 'CallExpression' && nameOf(node.callee) === 'dateMarkup') return true;
  if (node.type === 'CallExpression' && isNode(node.callee) && isNode(node.callee.property)) {
    const { name } = node.callee.property as unknown as { name: string };
    return (
      ['trace', 'debug', 'info', 'warn', 'error', 'fatal'].includes(name) &&
      /logger|log$/i.test(nameOf(node.callee.object))
    );
  }
  if (node.type === 'Property') return unsaid.has(nameOf(node.key));
  return node.type === 'BinaryExpression' && ['===', '!==', 'in'].includes(String(node.operator));
}

const checks = new Set(
  'startsWith endsWith includes split indexOf replaceAll replace literal enum regex join'.split(' '),
);

const isCheck = (node: Node): boolean =>
  node.type === 'CallExpression' &&
  isNode(node.callee) &&
  node.callee.type === 'MemberExpression' &&
  checks.has(nameOf(node.callee.property));

const nameOf = (node: unknown): string =>
  !isNode(node) ? '' : node.type === 'MemberExpression' ? nameOf(node.property) : String(node.name ?? '');

/** Whether what stands under `name` of `node` is shown as it is. */
function within(node: Node, name: string, isShown: boolean): boolean {
  if (node.type === 'TemplateLiteral') return true;
  if (node.type === 'Property') return isShown || shown.has(nameOf(node.key));
  if (node.type === 'VariableDeclarator') return isNode(node.id) && /InWords$/.test(String(node.id.name));
  if (node.type === 'FunctionDeclaration' || node.type === 'ArrowFunctionExpression' || node.type === 'CallExpression')
    return isShown && name !== 'params';
  if (node.type === 'ConditionalExpression' && name === 'test') return false;
  return isShown;
}

/** A string or a text of several pieces, each that is no string a slot. */
const textOf = (node: Node): string | undefined => spell(node, { next: 0 });

function spell(node: Node, slots: { next: number }): string | undefined {
  if (node.type === 'Literal') return typeof node.value === 'string' ? braced(node.value) : undefined;
  if (node.type === 'TemplateLiteral') {
    const quasis = node.quasis as { value: { cooked: string } }[];
    return quasis.map(({ value }, index) => (index === 0 ? '' : `{${slots.next++}}`) + braced(value.cooked)).join('');
  }
  if (node.type === 'BinaryExpression' && node.operator === '+') {
    const parts = [spell(node.left as Node, slots), spell(node.right as Node, slots)];
    return parts.every((part) => part !== undefined) ? parts.join('') : undefined;
  }
  if (node.type !== 'ArrayExpression') return undefined;
  const elements = node.elements as (Node | null)[];
  const strings = elements.map((one) =>
    one && ['Literal', 'TemplateLiteral', 'BinaryExpression'].includes(one.type) ? spell(one, { next: 0 }) : undefined,
  );
  const isText =
    strings.some((text) => text !== undefined && /^\s|\s$/.test(text)) ||
    (elements.some(isPiece) && strings.some((text) => text !== undefined));
  if (!isText) return undefined;
  return elements
    .map((one, index) => (one && strings[index] !== undefined ? spell(one, slots) : `{${slots.next++}}`))
    .join('');
}

/** Of a sum of strings. */
const partsOf = (node: Node): readonly Node[] =>
  node.type === 'BinaryExpression' ? [...partsOf(node.left as Node), ...partsOf(node.right as Node)] : [node];

const isPiece = (node: Node | null): boolean =>
  node?.type === 'ObjectExpression' &&
  (node.properties as Node[]).some(({ key }) => isNode(key) && pieceKinds.has(String(key.name)));

const braced = (text: string): string => text.replaceAll('{', '').replaceAll('}', '');

function wordsIn(node: Node | undefined): readonly string[] {
  if (node === undefined) return [];
  if (node.type === 'Literal' && typeof node.value === 'string') return [node.value];
  if (node.type === 'ConditionalExpression')
    return [...wordsIn(node.consequent as Node), ...wordsIn(node.alternate as Node)];
  return [];
}

/** Prose: several words, a word where it is shown, or one that begins as a label does. */
function isPhrase(text: string, isShown: boolean): boolean {
  const said = text.replaceAll(/\{\d+\}/g, ' ');
  if (
    !/\p{L}{2}/u.test(said) ||
    /^[/<]|^\s*--?[\w-]+(?:[ =]\S+)?$|redis\.call|^\w+\(|^\S+\.\w+$|https?:\/\/\S+$/.test(text)
  )
    return false;
  if (/\p{L}{2,}[,.:;]?\s+\S|\S\s+\p{L}{2,}/u.test(text)) return true;
  return isShown ? /^[\s\p{P}]*\p{L}[\p{L}'’-]+[\s\p{P}]*$/u.test(said.trim()) : /^\p{Lu}\p{Ll}+$/u.test(text);
}
