import type { Message, StoredFile } from '../model.ts';
import { emojiCharacter } from '../page/emoji.js';
import { blockLines, textLines } from './blocks.ts';
import { indent, wrap } from './lines.ts';
import type { Setting } from './setting.ts';

const gutter = '       ';

/** The message without what would steer a terminal instead of being read: escape sequences, bells, carriage returns. */
export function harmless(message: Message): Message {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  const steering = /[\u0000-\u0009\u000B-\u001F\u007F-\u009F]+/g;
  return JSON.parse(JSON.stringify(message), (_, value: unknown) =>
    typeof value === 'string' ? value.replace(steering, ' ') : value,
  );
}

/** One message: time and author on the first line, what it says below, indented. */
export function messageLines(message: Message, setting: Setting, width: number): readonly string[] {
  return [headOf(message, setting), ...indent(bodyLines(message, setting, width - gutter.length), gutter)];
}

export function headOf(message: Message, setting: Setting): string {
  const { names, paint } = setting;
  const marks = [
    message.bot_id ? 'app' : '',
    message.subtype === 'thread_broadcast' ? 'also sent to the channel' : '',
    message.onlyYou ? `only visible to ${names.person(message.onlyYou)}` : '',
    message.edited && message.blocks.length === 0 ? 'edited' : '',
  ].filter(Boolean);
  const note = marks.length > 0 ? ` ${paint(message.onlyYou ? 'yellow' : 'faint', `(${marks.join(', ')})`)}` : '';
  return `${paint('faint', clockOf(message.ts, setting))}  ${paint('bold', names.person(message.user))}${note}`;
}

/** `22:19` where the reader is. */
export function clockOf(ts: string, { reader }: Setting): string {
  return new Date(Number(ts) * 1000).toLocaleTimeString('en-GB', {
    hour: '2-digit',
    minute: '2-digit',
    ...(reader.timeZone ? { timeZone: reader.timeZone } : {}),
  });
}

export function bodyLines(message: Message, setting: Setting, width: number): readonly string[] {
  const words =
    message.blocks.length > 0
      ? message.blocks.flatMap((block) => blockLines(block, setting, width))
      : message.text
        ? textLines(message.text, setting, width)
        : [];
  const reactions = message.reactions.map(({ name, users }) => `${emojiCharacter(name)} ${users.length}`);
  const files = message.files.flatMap((file) => wrap(fileWords(file), width));
  return [...words, ...files, ...(reactions.length > 0 ? [reactions.join('  ')] : [])];
}

export function fileWords({ name, title, sizeBytes, mimetype, altText }: StoredFile): string {
  const what = mimetype.startsWith('image/') ? 'picture' : 'file';
  const named = title && title !== name ? `${title} · ${name}` : name;
  return `📎 ${what}: ${named} · ${sizeInWords(sizeBytes)}${altText ? ` (${altText})` : ''}`;
}

function sizeInWords(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  const isBig = bytes >= 1024 * 1024;
  return `${(bytes / (isBig ? 1024 * 1024 : 1024)).toFixed(1)} ${isBig ? 'MiB' : 'KiB'}`;
}
