import { element, icon } from './dom.js';
import { showAvatar } from './messages.js';

/** Channels, direct messages and the app's Home, in reading order; `place` is where the reader is. */
export function showPlaces(context, place) {
  const { channels } = context.state;
  const inOrder = (some) => some.toSorted((one, other) => Number(one.isArchived) - Number(other.isArchived));
  const rooms = inOrder(channels.filter((channel) => channel.kind !== 'im'));
  const direct = channels.filter((channel) => channel.kind === 'im');
  const home = showPlace({ id: 'home', label: 'Home', drawing: 'home' }, place);
  return [
    showGroup(
      'Channels',
      rooms.map((channel) => showChannel(channel, context, place)),
    ),
    direct.length > 0 &&
      showGroup(
        'Direct messages',
        direct.map((channel) => showChannel(channel, context, place)),
      ),
    showGroup('App', [home]),
  ].filter(Boolean);
}

function showGroup(name, places) {
  return element('section', { 'data-key': name }, element('h2', {}, name), element('ul', {}, places));
}

function showChannel(channel, context, place) {
  const drawing = { private: 'lock', im: 'person' }[channel.kind] ?? 'hash';
  const note = channel.isArchived ? 'archived' : channel.isMember ? undefined : 'not a member';
  return showPlace({ id: channel.id, label: channel.name, drawing, note, isUnread: context.isUnread(channel) }, place);
}

function showPlace({ id, label, drawing, note, isUnread }, place) {
  const isHere = place === id;
  const attributes = {
    type: 'button',
    class: ['place', note && 'place-faint', isUnread && !isHere && 'place-unread'].filter(Boolean).join(' '),
    'data-place': id,
    'aria-current': isHere ? 'page' : undefined,
    tabindex: isHere ? 0 : -1,
  };
  const mark =
    isUnread && !isHere && element('span', { class: 'unread' }, element('span', { class: 'unseen' }, 'new messages'));
  const name = element('span', { class: 'place-name' }, label);
  return element(
    'li',
    { 'data-key': id },
    element('button', attributes, icon(drawing), name, note && element('small', {}, note), mark),
  );
}

/** Up and down walk through the places, as in a list. */
export function walkPlaces(event) {
  const places = [...document.querySelectorAll('[data-place]')];
  const at = places.indexOf(document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: places.length - 1 }[event.key];
  if (at < 0 || to === undefined) return;
  event.preventDefault();
  places[(to + places.length) % places.length].focus();
}

/** The switch that says as whom one is looking. */
export function showPeople(context) {
  const people = context.state.people.filter((person) => !person.isBot);
  const options = people.map((person) => {
    const note = person.isGuest ? ' (guest)' : person.isStranger ? ' (other workspace)' : '';
    return element(
      'option',
      { value: person.id, selected: person.id === context.state.me.id, 'data-key': person.id },
      (person.realName || person.name) + note,
    );
  });
  return { avatar: showAvatar(context.state.me.id, context), options };
}
