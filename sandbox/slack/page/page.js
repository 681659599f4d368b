import { startActions } from './actions.js';
import { fetchState, listen, post } from './api.js';
import { encoded } from './attaching.js';
import { offersFor, startComposer, withChannels } from './composer.js';
import { createContext } from './context.js';
import { createDrawing } from './drawing.js';
import { openMenu } from './menu.js';
import { startNotices } from './notices.js';
import { stayAtBottom } from './scrolling.js';
import { walkPlaces } from './sidebar.js';
import { turnTable } from './tables.js';
import { refreshDates } from './words.js';

const part = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const context = createContext();
const notices = startNotices(part('notices'));
const here = {
  user: asked.get('user') ?? 'alice',
  place: asked.get('channel'),
  thread: asked.get('thread'),
  linked: asked.get('ts'),
};
const bottoms = { channel: stayAtBottom(part('messages'), part('newer')), thread: stayAtBottom(part('replies')) };
const draw = createDrawing(context, here, bottoms);
let stopListening = () => {};

// --- The server's state, fetched anew after each change, never twice at once. ---

let underWay;
let waiting;

/** Resolves when a state asked for after this call has been drawn. */
function refresh() {
  if (!underWay) {
    underWay = load().finally(() => {
      underWay = undefined;
    });
    return underWay;
  }
  waiting ??= underWay.then(() => {
    waiting = undefined;
    return refresh();
  });
  return waiting;
}

async function load() {
  const { user } = here;
  const state = await fetchState(user).catch((error) => notices.tell(error.message));
  if (!state || user !== here.user) return;
  if (context.state?.me.id !== state.me.id) state.channels.forEach(context.markRead);
  context.state = state;
  notices.tellNew(user, state.errors);
  draw();
}

function actAs(user) {
  here.user = user;
  stopListening();
  stopListening = listen(user, { changed: refresh, connected: (is) => (part('lost').hidden = is) });
  refresh();
}

// --- What the person does. ---

function complain(error) {
  if (error) notices.tell(error);
  return !error;
}

/** What is wrong with a form stands under its inputs; only what is about nothing there is told at the edge. */
async function complainAboutForm(error) {
  if (!error) return;
  await refresh();
  const isUnderInput = context.state.views.some((view) => Object.keys(view.errors).length > 0);
  if (!isUnderInput) complain(error);
}

/** What is half typed stays with its channel or thread. */
const drafts = new Map();

function keepDrafts(move) {
  const boxes = [...document.querySelectorAll('.composer textarea')];
  const key = (box) => `${here.user}/${here.place}/${box.closest('#thread') ? here.thread : ''}`;
  for (const box of boxes) drafts.set(key(box), box.value);
  move();
  // What is attached does not: it would go to others than it was meant for.
  for (const box of boxes) box.form.reset();
  for (const box of boxes) box.value = drafts.get(key(box)) ?? '';
}

function goTo(place) {
  keepDrafts(() => {
    here.place = place;
    here.thread = null;
  });
  document.body.classList.remove('shows-places');
  draw();
  if (place === 'home') post('home', { user: here.user }).then(complain);
  else part('composer').querySelector('textarea').focus();
}

function openThread(ts) {
  keepDrafts(() => {
    here.thread = ts;
  });
  draw();
  part('thread-composer').querySelector('textarea').focus();
}

function closeThread() {
  const before = document.querySelector(`[data-thread="${here.thread}"]`);
  keepDrafts(() => {
    here.thread = null;
  });
  draw();
  before?.focus();
}

function send(thread) {
  return async (text, attached) => {
    const { channels } = context.state;
    const isCommand = text.startsWith('/');
    const said = { user: here.user, channel: here.place, text: isCommand ? text : withChannels(text, channels) };
    const body = { ...said, files: await Promise.all(attached.map(encoded)) };
    bottoms[thread ? 'thread' : 'channel'].jump();
    return complain(await post(isCommand ? 'command' : 'message', thread ? { ...body, thread_ts: here.thread } : body));
  };
}

function openShortcuts(anchor) {
  const { ts, channel } = anchor.closest('[data-ts]').dataset;
  const { shortcuts } = context.state;
  const run = async (callbackId) =>
    complain(await post('shortcut', { user: here.user, channel, ts, callback_id: callbackId }));
  openMenu(
    anchor,
    shortcuts.map(({ name, callback_id: id }) => ({ label: name, pick: () => run(id) })),
  );
}

async function closeModal() {
  const view = context.state.views.at(-1);
  if (view) complain(await post('close', { user: here.user, view_id: view.id }));
}

document.addEventListener('click', ({ target }) => {
  if (turnTable(target, context.tables)) draw();
  const place = target.closest('[data-place]');
  const thread = target.closest('[data-thread]');
  const shortcuts = target.closest('[data-shortcuts]');
  if (place) goTo(place.dataset.place);
  else if (thread) openThread(thread.dataset.thread);
  else if (shortcuts) openShortcuts(shortcuts);
  else if (target.closest('[data-close]')) closeModal();
  else if (target.closest('#close-thread')) closeThread();
  else if (target.closest('[data-places]')) document.body.classList.toggle('shows-places');
});
document.addEventListener('keydown', (event) => {
  if (event.key === 'Escape' && here.thread && event.target.closest('#thread')) closeThread();
});
part('places').addEventListener('keydown', walkPlaces);
part('acting').addEventListener('change', ({ target }) => actAs(target.value));
part('modal').addEventListener('cancel', (event) => {
  event.preventDefault();
  closeModal();
});
// A browser closes a dialog by itself at the second Escape in a row.
part('modal').addEventListener('close', () => context.state.views.length > 0 && closeModal());
startActions(context, { user: () => here.user, draw, complain, complainAboutForm });
for (const [id, thread] of [
  ['composer', false],
  ['thread-composer', true],
]) {
  const offers = (text) => (context.state && !(thread && text.startsWith('/')) ? offersFor(text, context) : []);
  startComposer(part(id), { offers, send: send(thread) });
}
setInterval(() => context.state && refreshDates(context), 15_000);
actAs(here.user);
