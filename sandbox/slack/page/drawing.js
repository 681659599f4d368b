import { showBlocks } from './blocks.js';
import { showModal } from './dialogs.js';
import { element, replaceChildren } from './dom.js';
import { isRoot, showMessages, showThread } from './messages.js';
import { showPeople, showPlaces } from './sidebar.js';

const part = (id) => document.getElementById(id);

/** Draws the window from `context.state` and from where the person is, `here`: channel or Home, thread, permalink. */
export function createDrawing(context, here, bottoms) {
  function currentChannel() {
    const { channels } = context.state;
    const wanted = channels.find((one) => one.id === here.place || one.name === here.place);
    return wanted ?? channels.find((one) => one.isMember && !one.isArchived) ?? channels[0];
  }

  function currentThread(channel) {
    return channel?.messages.find((message) => message.ts === here.thread && isRoot(message));
  }

  /** A permalink names a message: its thread is opened, if it has one. */
  function followLink(channel) {
    const linked = channel?.messages.find((message) => message.ts === here.linked);
    if (linked?.thread_ts) here.thread = linked.thread_ts;
    here.linked = null;
  }

  function draw() {
    if (!context.state) return;
    const isHome = here.place === 'home';
    const channel = isHome ? undefined : currentChannel();
    if (here.linked) followLink(channel);
    const thread = currentThread(channel);
    if (channel) here.place = channel.id;
    if (!thread) here.thread = null;
    drawSidebar();
    document.body.classList.toggle('has-thread', Boolean(thread));
    part('channel').hidden = isHome;
    part('home').hidden = !isHome;
    part('thread').hidden = !thread;
    if (isHome) drawHome();
    if (channel) drawChannel(channel);
    if (thread) drawThread(thread, channel);
    showModal(part('modal'), context.state.views, context);
    remember();
  }

  function drawSidebar() {
    const { avatar, options } = showPeople(context);
    replaceChildren(part('me'), [avatar]);
    replaceChildren(part('acting'), options);
    part('acting').value = context.state.me.id;
    replaceChildren(part('places'), showPlaces(context, here.place));
  }

  function drawChannel(channel) {
    context.markRead(channel);
    replaceChildren(part('channel-name'), [channel.kind === 'im' ? channel.name : `#${channel.name}`]);
    part('channel-topic').textContent = channel.topic;
    bottoms.channel.keep(channel.id, () => {
      const messages = showMessages(channel, context);
      replaceChildren(part('message-list'), messages.length > 0 ? messages : [nothingYet(channel)]);
    });
    drawComposer(
      part('composer'),
      channel,
      `Message ${channel.kind === 'im' ? channel.name : `#${channel.name}`}, or type / for a command`,
    );
  }

  function nothingYet(channel) {
    const [first] = context.state.commands;
    const hint = first && channel.isMember ? ['Type ', element('code', {}, `${first.command} help`), ' to begin.'] : [];
    return element('p', { class: 'empty', 'data-key': 'empty' }, 'Nothing was said here yet. ', hint);
  }

  function drawThread(thread, channel) {
    part('thread-channel').textContent = channel.kind === 'im' ? channel.name : `#${channel.name}`;
    bottoms.thread.keep(thread.ts, () => replaceChildren(part('reply-list'), showThread(thread, channel, context)));
    drawComposer(part('thread-composer'), channel, 'Reply…');
  }

  function drawComposer(form, channel, placeholder) {
    const why = channel.isArchived
      ? `#${channel.name} is archived: nobody can write here.`
      : channel.isMember
        ? ''
        : `${context.personName(context.state.me.id)} is not a member of #${channel.name}.`;
    const box = form.querySelector('textarea');
    box.disabled = why !== '';
    box.placeholder = why || placeholder;
    for (const button of form.querySelectorAll('[type=submit], [data-attach]')) button.disabled = why !== '';
  }

  function drawHome() {
    const { home } = context.state;
    const place = home && { prefix: `${home.id}-`, key: home.id, isView: true, state: home.state.values };
    const blocks = home
      ? [element('div', { 'data-view': home.id, 'data-key': home.id }, showBlocks(home.blocks, place, context))]
      : [element('p', { class: 'empty' }, 'The app has put nothing here yet.')];
    replaceChildren(part('home-blocks'), blocks);
  }

  function remember() {
    const query = new URLSearchParams({ user: context.state.me.name });
    const channel = context.state.channels.find((one) => one.id === here.place);
    query.set('channel', channel?.kind === 'im' ? channel.id : (channel?.name ?? 'home'));
    if (here.thread) query.set('thread', here.thread);
    history.replaceState(null, '', `?${query}`);
    document.title = `${channel ? `#${channel.name}` : 'Home'} · ${context.state.me.name} · local Slack`;
  }

  return draw;
}
