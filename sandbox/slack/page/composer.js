import { startAttaching } from './attaching.js';
import { element, replaceChildren } from './dom.js';

/**
 * The box one types into. Enter sends, Shift+Enter breaks the line, the up arrow brings back what was said before.
 * `offers(text)` gives the suggestions for what stands before the cursor; `send(text, files)` returns whether it was taken.
 */
export function startComposer(form, { offers, send }) {
  const box = form.querySelector('textarea');
  const list = form.querySelector('.offers');
  const attaching = startAttaching(form);
  const state = { said: [], at: 0, offered: [], chosen: 0 };

  const resize = () => {
    box.style.height = 'auto';
    box.style.height = `${Math.min(box.scrollHeight, 200)}px`;
  };
  const set = (text) => {
    box.value = text;
    box.setSelectionRange(text.length, text.length);
    resize();
  };
  const offer = () => {
    state.offered = offers(box.value.slice(0, box.selectionStart));
    state.chosen = 0;
    showOffers(list, box, state);
  };
  const dismiss = () => {
    state.offered = [];
    showOffers(list, box, state);
  };
  const take = (one) => {
    const rest = box.value.slice(box.selectionStart);
    const before = box.value.slice(0, box.selectionStart);
    set(before.slice(0, before.length - one.replaces) + one.text + rest);
    offer();
    box.focus();
  };
  const submit = async () => {
    const text = box.value.trim();
    const files = attaching.files();
    if (!text && files.length === 0) return;
    set('');
    attaching.set([]);
    dismiss();
    if (text) state.said.push(text);
    state.at = state.said.length;
    if ((await send(text, files)) || box.value !== '') return;
    set(text);
    attaching.set(files);
  };
  const recall = (step) => {
    const at = Math.max(0, Math.min(state.said.length, state.at + step));
    if (at === state.at) return;
    state.at = at;
    set(state.said[at] ?? '');
  };

  const pickable = () => state.offered.filter((one) => one.text);
  const keys = {
    Enter: (event) => {
      if (event.shiftKey || event.isComposing) return false;
      const one = pickable()[state.chosen];
      const isFinished = !one || one.isWhole || box.value.endsWith(one.text);
      if (isFinished) submit();
      else take(one);
      return true;
    },
    Tab: (event) => {
      const one = pickable()[state.chosen];
      if (!one || event.shiftKey || box.value.endsWith(one.text)) return false;
      take(one);
      return true;
    },
    Escape: () => {
      if (state.offered.length === 0) return false;
      dismiss();
      return true;
    },
    ArrowUp: () => move(-1),
    ArrowDown: () => move(1),
  };
  function move(step) {
    if (pickable().length > 1) {
      state.chosen = (state.chosen + step + pickable().length) % pickable().length;
      showOffers(list, box, state);
      return true;
    }
    if (box.value && box.value !== state.said[state.at]) return false;
    recall(step);
    return true;
  }

  box.addEventListener('input', () => {
    resize();
    offer();
  });
  box.addEventListener('keydown', (event) => {
    if (!keys[event.key]?.(event)) return;
    event.preventDefault();
    event.stopPropagation();
  });
  box.addEventListener('blur', () => setTimeout(dismiss, 150));
  list.addEventListener('pointerdown', (event) => {
    const index = event.target.closest('[data-offer]')?.dataset.offer;
    if (index === undefined) return;
    event.preventDefault();
    const one = pickable()[Number(index)];
    if (one) take(one);
  });
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    submit();
    box.focus();
  });
}

function showOffers(list, box, { offered, chosen }) {
  let index = -1;
  const rows = offered.map((one) => {
    if (one.text) index += 1;
    const isChosen = Boolean(one.text) && index === chosen;
    const attributes = {
      class: 'offer',
      role: 'option',
      id: `${list.id}-${index}`,
      'aria-selected': String(isChosen),
      'data-offer': one.text && index,
    };
    return element(
      'div',
      attributes,
      element('b', {}, one.label),
      one.hint && element('code', {}, one.hint),
      one.note && element('small', {}, one.note),
    );
  });
  replaceChildren(list, rows);
  list.hidden = rows.length === 0;
  box.setAttribute('aria-expanded', String(rows.length > 0));
  const active = list.querySelector('[aria-selected=true]');
  if (active) box.setAttribute('aria-activedescendant', active.id);
  else box.removeAttribute('aria-activedescendant');
}

/** What could be meant by the words before the cursor: a command, a person after `@`, a channel after `#`. */
export function offersFor(text, context) {
  const { commands, people, channels } = context.state;
  if (text.startsWith('/') && !text.includes('\n')) return commandOffers(text, commands);
  const [, mark, begun] = /(?:^|\s)([@#])([\w.-]*)$/.exec(text) ?? [];
  if (!mark) return [];
  const named =
    mark === '@'
      ? people.map(({ name, realName }) => ({ name, note: realName }))
      : channels.filter(({ kind }) => kind !== 'im');
  return named
    .filter(({ name }) => name.toLowerCase().startsWith(begun.toLowerCase()))
    .slice(0, 6)
    .map(({ name, note }) => ({
      label: mark + name,
      note,
      text: `${mark}${name} `,
      replaces: begun.length + 1,
      isWhole: name === begun,
    }));
}

function commandOffers(text, commands) {
  const name = text.split(/\s/)[0];
  const isNamed = /\s/.test(text);
  const fitting = commands.filter(({ command }) => (isNamed ? command === name : command.startsWith(name)));
  return fitting.map(({ command, description, usage_hint: hint }) => ({
    label: command,
    hint,
    note: description,
    text: isNamed ? undefined : `${command} `,
    replaces: text.length,
    isWhole: command === name,
  }));
}

/** `#ops` as Slack stores it, `<#C1|ops>`. People after `@` and markup are the server's business. */
export function withChannels(text, channels) {
  return text.replace(/(^|[\s(])#([\w.-]*\w)/g, (all, before, name) => {
    const channel = channels.find((one) => one.name === name);
    return channel ? `${before}<#${channel.id}|${name}>` : all;
  });
}
