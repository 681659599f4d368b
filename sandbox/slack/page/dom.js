const svgNamespace = 'http://www.w3.org/2000/svg';

/** A node with these attributes and children. Text is only ever set as text, so nothing a message says becomes markup. */
export function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) setAttribute(node, name, value);
  node.append(
    ...children
      .flat(Number.POSITIVE_INFINITY)
      .filter((child) => child !== undefined && child !== null && child !== false && child !== ''),
  );
  return node;
}

function setAttribute(node, name, value) {
  if (value === undefined || value === null || value === false) return;
  node.setAttribute(name, value === true ? '' : String(value));
}

// Drawn for this page on a 20 by 20 grid, in strokes.
const drawings = {
  back: 'M12 4 6 10l6 6',
  bot: 'M4 8.5h12v7H4zM10 8.5V5M7.5 12h.01M12.5 12h.01M8.5 4.5h3',
  check: 'M4.5 10.5 8.5 14.5 15.5 6',
  chevron: 'M7 5l5 5-5 5',
  close: 'M5 5l10 10M15 5 5 15',
  cross: 'M6 6l8 8M14 6l-8 8',
  down: 'M10 4v11M5 10.5l5 5 5-5',
  download: 'M10 3v9M6 8.5l4 4 4-4M4 16.5h12',
  eye: 'M2.5 10S5.5 5 10 5s7.5 5 7.5 5-3 5-7.5 5-7.5-5-7.5-5zM10 12a2 2 0 1 0 0-4 2 2 0 0 0 0 4z',
  file: 'M5.5 2.5h6l3.5 3.5v11.5h-9.5zM11.5 2.5v3.5H15',
  hash: 'M8 3.5 6.5 16.5M13.5 3.5 12 16.5M4 7.5h12.5M3.5 12.5H16',
  home: 'M3.5 9.5 10 4l6.5 5.5M5.5 8.5v7.5h9V8.5M8.5 16v-4h3v4',
  info: 'M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14zM10 9.5v4M10 6.6h.01',
  lock: 'M5.5 9h9v7.5h-9zM7 9V6.5a3 3 0 0 1 6 0V9',
  menu: 'M3.5 5.5h13M3.5 10h13M3.5 14.5h13',
  more: 'M5 10h.01M10 10h.01M15 10h.01',
  person: 'M10 9.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6zM4 17c0-3 2.7-5 6-5s6 2 6 5',
  reply: 'M3.5 4.5h13v9h-7l-3.5 3v-3H3.5z',
  send: 'M3.5 10 16.5 4l-4 12.5-3-5.5z',
  warning: 'M10 3.5 17.5 16.5h-15zM10 8.5v3.5M10 14.3h.01',
};

export function icon(name) {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 20 20');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS(svgNamespace, 'path');
  path.setAttribute('d', drawings[name]);
  svg.append(path);
  return svg;
}

/**
 * Makes the children of `live` equal to `fresh` while keeping the nodes that stay: focus, half-typed words, opened
 * sections and the scroll position survive a message being edited under the reader's eyes.
 * Children with a `data-key` are matched by it, others by position and tag.
 */
export function replaceChildren(live, fresh) {
  const keyed = new Map(
    [...live.children].filter((child) => child.dataset?.key).map((child) => [child.dataset.key, child]),
  );
  let next = live.firstChild;
  for (const one of fresh) {
    const wanted = typeof one === 'string' ? document.createTextNode(one) : one;
    const kept = matching(keyed, next, wanted);
    if (!kept) {
      live.insertBefore(wanted, next);
      continue;
    }
    if (kept === next) next = next.nextSibling;
    else live.insertBefore(kept, next);
    update(kept, wanted);
  }
  while (next) {
    const gone = next;
    next = next.nextSibling;
    gone.remove();
  }
}

function matching(keyed, next, wanted) {
  const key = wanted.dataset?.key;
  const found = key ? keyed.get(key) : next;
  if (!found || found.nodeName !== wanted.nodeName || (found.dataset?.key ?? '') !== (key ?? '')) return undefined;
  return found;
}

function update(live, fresh) {
  if (live.nodeType === Node.TEXT_NODE) {
    if (live.data !== fresh.data) live.data = fresh.data;
    return;
  }
  if (live.isEqualNode(fresh)) return;
  updateAttributes(live, fresh);
  if (live.nodeName !== 'TEXTAREA') replaceChildren(live, [...fresh.childNodes]);
}

/** What the reader did to a node stays: an opened section, a ticked box, a chosen option, unless the app changed its mind. */
function updateAttributes(live, fresh) {
  const names = new Set([...live.getAttributeNames(), ...fresh.getAttributeNames()]);
  if (live.nodeName === 'DETAILS') names.delete('open');
  for (const name of names) {
    const value = fresh.getAttribute(name);
    if (value === live.getAttribute(name)) continue;
    if (value === null) live.removeAttribute(name);
    else live.setAttribute(name, value);
    if (name === 'value' && live.nodeName === 'INPUT') live.value = value ?? '';
    if (name === 'checked') live.checked = value !== null;
    if (name === 'selected') live.selected = value !== null;
  }
}
