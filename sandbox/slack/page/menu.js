import { element } from './dom.js';

let close = () => {};

/**
 * A menu at `anchor`: `items` are `{label, note, pick}` or `{label, href, pick}`. Arrow keys walk, Enter picks,
 * Escape and a click elsewhere close. Inside a dialog it opens there, since everything outside is out of reach.
 */
export function openMenu(anchor, items) {
  close();
  const menu = element('div', { class: 'menu', role: 'menu' }, items.map(showItem));
  const home = anchor.closest('dialog') ?? document.body;
  home.append(menu);
  position(menu, anchor);
  const leave = (event) => {
    if (!menu.contains(event.target)) close();
  };
  close = () => {
    menu.remove();
    anchor.setAttribute('aria-expanded', 'false');
    document.removeEventListener('pointerdown', leave, true);
    close = () => {};
  };
  document.addEventListener('pointerdown', leave, true);
  anchor.setAttribute('aria-expanded', 'true');
  menu.addEventListener('keydown', (event) => walk(event, menu, anchor));
  menu.addEventListener('click', (event) => {
    const index = [...menu.children].indexOf(event.target.closest('[role=menuitem]'));
    if (index < 0) return;
    close();
    anchor.focus();
    items[index].pick();
  });
  menu.firstElementChild?.focus();
}

function showItem({ label, note, href }) {
  const inside = [element('span', {}, label), note && element('small', {}, note)];
  const attributes = { role: 'menuitem', tabindex: -1 };
  if (!href) return element('button', { ...attributes, type: 'button' }, inside);
  return element('a', { ...attributes, href, target: '_blank', rel: 'noopener noreferrer' }, inside);
}

function position(menu, anchor) {
  const box = anchor.getBoundingClientRect();
  const { offsetWidth: width, offsetHeight: height } = menu;
  const below = box.bottom + 4 + height < innerHeight ? box.bottom + 4 : Math.max(8, box.top - 4 - height);
  menu.style.left = `${Math.max(8, Math.min(box.right - width, innerWidth - width - 8))}px`;
  menu.style.top = `${below}px`;
}

function walk(event, menu, anchor) {
  const items = [...menu.children];
  const at = items.indexOf(document.activeElement);
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    event.stopPropagation();
    close();
    anchor.focus();
    return;
  }
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
  if (to === undefined) return;
  event.preventDefault();
  items[(to + items.length) % items.length].focus();
}
