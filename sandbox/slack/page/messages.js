import { showBlocks } from './blocks.js';
import { element, icon } from './dom.js';
import { readMrkdwn } from './mrkdwn.js';
import { emoji, showPassages } from './words.js';

const sameBreathSeconds = 300;

/** The list of a channel: roots, and replies that were also sent to the channel, with a line at every new day. */
export function showMessages(channel, context) {
  const visible = channel.messages.filter((message) => isRoot(message) || message.subtype === 'thread_broadcast');
  return withDays(visible, (message, before) => showMessage(message, channel, context, { before, list: 'channel' }));
}

export function isRoot({ ts, thread_ts: root }) {
  return !root || root === ts;
}

export function repliesTo(channel, root) {
  return channel.messages.filter((message) => message.thread_ts === root && message.ts !== root);
}

/** A root and its replies. */
export function showThread(root, channel, context) {
  const replies = repliesTo(channel, root.ts);
  const line = element(
    'div',
    { class: 'thread-count', 'data-key': 'count' },
    count(replies.length, 'reply', 'replies'),
  );
  const show = (message, index) =>
    showMessage(message, channel, context, { before: replies[index - 1], list: 'thread' });
  return [showMessage(root, channel, context, { list: 'thread' }), line, ...replies.map(show)];
}

function withDays(messages, show) {
  return messages.flatMap((message, index) => {
    const before = messages[index - 1];
    const day = dayOf(message);
    if (before && dayOf(before) === day) return [show(message, before)];
    return [
      element('div', { class: 'day', role: 'separator', 'data-key': `day-${day}` }, element('span', {}, day)),
      show(message),
    ];
  });
}

function instantOf({ ts }) {
  return new Date(Number(ts) * 1000);
}

function dayOf(message) {
  return instantOf(message).toLocaleDateString(undefined, { weekday: 'long', day: 'numeric', month: 'long' });
}

function showMessage(message, channel, context, { before, list }) {
  const isContinued = continues(before, message);
  const body = [
    !isContinued && showAuthor(message, context),
    message.onlyYou && element('div', { class: 'only-you' }, icon('eye'), 'Only visible to you'),
    list === 'channel' && message.subtype === 'thread_broadcast' && showOrigin(message, channel, context),
    showContent(message, `${list}-`, context),
    message.files.length > 0 && element('div', { class: 'files' }, message.files.map(showFile)),
    message.reactions.length > 0 && showReactions(message, context),
    list === 'channel' && isRoot(message) && showReplies(message, channel, context),
  ];
  const names = ['message', isContinued && 'message-continued', message.onlyYou && 'message-only-you'];
  return element(
    'article',
    {
      class: names.filter(Boolean).join(' '),
      'data-key': message.ts,
      'data-ts': message.ts,
      'data-channel': channel.id,
      'aria-label': labelOf(message, context),
    },
    isContinued ? element('time', { class: 'gutter-time' }, clock(message)) : showAvatar(message.user, context),
    element('div', { class: 'message-body' }, body.filter(Boolean)),
    showTools(message, list, context),
  );
}

/** Words said in one breath by one person need the name once. */
function continues(before, message) {
  if (!before || before.user !== message.user || Boolean(before.onlyYou) !== Boolean(message.onlyYou)) return false;
  if (message.subtype || [message, before].some(({ blocks, files }) => blocks.length + files.length > 0)) return false;
  return Number(message.ts) - Number(before.ts) < sameBreathSeconds;
}

function labelOf(message, context) {
  return `${context.personName(message.user)} at ${clock(message)}${message.onlyYou ? ', only visible to you' : ''}`;
}

function clock(message) {
  return instantOf(message).toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
}

function showAuthor(message, context) {
  const at = instantOf(message);
  return element(
    'div',
    { class: 'author' },
    element('b', {}, message.bot ?? context.personName(message.user)),
    message.bot && element('span', { class: 'tag' }, 'app'),
    element('time', { datetime: at.toISOString(), title: at.toLocaleString() }, clock(message)),
  );
}

export function showAvatar(user, context) {
  const person = context.person(user);
  const hue = ([...user].reduce((sum, letter, index) => sum + letter.charCodeAt(0) * (index + 3), 0) * 47) % 360;
  const name = person?.realName || person?.name || user;
  const initials = name
    .split(/\s+/)
    .slice(0, 2)
    .map((word) => word[0] ?? '')
    .join('')
    .toUpperCase();
  const attributes = {
    class: person?.isBot ? 'avatar avatar-bot' : 'avatar',
    style: `--hue: ${hue}`,
    'aria-hidden': 'true',
  };
  return element('span', attributes, person?.isBot ? icon('bot') : initials);
}

function showOrigin(message, channel, context) {
  const root = channel.messages.find((one) => one.ts === message.thread_ts);
  const open = element('button', { type: 'button', class: 'link', 'data-thread': message.thread_ts }, 'a thread');
  return element(
    'div',
    { class: 'origin' },
    icon('reply'),
    'replied to ',
    open,
    root && `: ${firstWords(root, context)}`,
  );
}

function firstWords(message, context) {
  const [first] = showPassages(readMrkdwn(message.text.split('\n')[0]), context);
  const words = first?.textContent ?? '';
  return words.length > 80 ? `${words.slice(0, 79)}…` : words;
}

function showContent(message, prefix, context) {
  const edited = message.edited && element('span', { class: 'edited' }, '(edited)');
  const place = { prefix: `${prefix}${message.ts}-`, key: message.ts, state: message.state };
  if (message.blocks.length > 0) return [...showBlocks(message.blocks, place, context), edited].filter(Boolean);
  const words = element('div', { class: 'words' }, showPassages(readMrkdwn(message.text), context));
  if (edited) (words.lastElementChild?.tagName === 'P' ? words.lastElementChild : words).append(' ', edited);
  return words;
}

function showFile(file) {
  if (file.mimetype.startsWith('image/')) {
    const image = element('img', { src: file.url, alt: file.altText || file.title });
    const link = element(
      'a',
      { href: file.url, target: '_blank', rel: 'noopener', 'aria-label': `Open ${file.name}` },
      image,
    );
    return element(
      'figure',
      { class: 'file-image', 'data-key': file.id },
      element('figcaption', {}, file.title || file.name),
      link,
    );
  }
  const ending = file.name.includes('.') ? file.name.split('.').at(-1).slice(0, 4) : 'file';
  return element(
    'a',
    { class: 'file', href: file.url, download: file.name, 'data-key': file.id },
    element('span', { class: 'file-ending' }, ending),
    element(
      'span',
      { class: 'file-name' },
      element('b', {}, file.title || file.name),
      element('small', {}, `${file.name} · ${size(file.sizeBytes)}`),
    ),
    icon('download'),
  );
}

function size(bytes) {
  if (bytes < 1024) return count(bytes, 'byte', 'bytes');
  const isBig = bytes >= 1024 * 1024;
  return `${(bytes / (isBig ? 1024 * 1024 : 1024)).toFixed(1)} ${isBig ? 'MiB' : 'KiB'}`;
}

function showReactions(message, context) {
  const chips = message.reactions.map(({ name, users }) => {
    const who = users.map((user) => context.personName(user)).join(', ');
    return element(
      'span',
      { class: 'reaction', title: `${who} reacted with ${name}` },
      emoji(name),
      String(users.length),
    );
  });
  return element('div', { class: 'reactions' }, chips);
}

function showReplies(message, channel, context) {
  const replies = repliesTo(channel, message.ts);
  if (replies.length === 0) return undefined;
  const people = [...new Set(replies.map((reply) => reply.user))].slice(0, 4);
  return element(
    'button',
    { type: 'button', class: 'replies', 'data-thread': message.ts, 'data-key': 'replies' },
    element(
      'span',
      { class: 'replies-people' },
      people.map((user) => showAvatar(user, context)),
    ),
    element('b', {}, count(replies.length, 'reply', 'replies')),
    element('span', {}, `last at ${clock(replies.at(-1))}`),
  );
}

function showTools(message, list, context) {
  const hasThread = list === 'channel' && !message.onlyYou;
  const root = message.thread_ts ?? message.ts;
  const reply = {
    type: 'button',
    class: 'button button-quiet',
    'data-thread': root,
    'aria-label': 'Reply in thread',
    title: 'Reply in thread',
  };
  const more = {
    type: 'button',
    class: 'button button-quiet',
    'data-shortcuts': message.ts,
    'aria-haspopup': 'menu',
    'aria-label': 'Message shortcuts',
    title: 'Message shortcuts',
  };
  const hasShortcuts = context.state.shortcuts.length > 0 && !message.onlyYou;
  const tools = [
    hasThread && element('button', reply, icon('reply')),
    hasShortcuts && element('button', more, icon('more')),
  ].filter(Boolean);
  return tools.length > 0 ? element('div', { class: 'tools' }, tools) : undefined;
}

function count(number, one, many) {
  return `${number} ${number === 1 ? one : many}`;
}
