import { showBlocks } from './blocks.js';
import { element, icon, replaceChildren } from './dom.js';
import { lineOf, textOf } from './words.js';

/** Asks before a press counts; resolves to what the reader said. Escape means no. */
export function askFirst(confirm, context) {
  const style = confirm.style === 'danger' ? 'danger' : 'primary';
  const dialog = element(
    'dialog',
    { class: 'dialog dialog-confirm', 'aria-labelledby': 'confirm-title', 'aria-describedby': 'confirm-text' },
    element('h2', { id: 'confirm-title' }, confirm.title ? lineOf(confirm.title, context) : 'Are you sure?'),
    element('div', { id: 'confirm-text', class: 'words' }, textOf(confirm.text, context)),
    element(
      'form',
      { method: 'dialog', class: 'dialog-buttons' },
      element('button', { class: 'button', value: 'deny' }, confirm.deny ? lineOf(confirm.deny, context) : 'Cancel'),
      element(
        'button',
        { class: `button button-${style}`, value: 'confirm' },
        confirm.confirm ? lineOf(confirm.confirm, context) : 'Yes',
      ),
    ),
  );
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'confirm');
    });
  });
}

/** Shows the modal on top of the stack in `dialog`, keeping what is typed while the app changes the view around it. */
export function showModal(dialog, views, context) {
  const view = views.at(-1);
  if (!view) {
    if (dialog.open) dialog.close();
    dialog.replaceChildren();
    return;
  }
  const isOther = dialog.dataset.view !== view.id || !dialog.open;
  const errorsBefore = dialog.querySelectorAll('.error').length;
  dialog.dataset.view = view.id;
  replaceChildren(dialog, [showView(view, views.length > 1, context)]);
  if (!dialog.open) dialog.showModal();
  if (isOther) focusFirst(dialog);
  else if (dialog.querySelectorAll('.error').length > errorsBefore) dialog.querySelector('[aria-invalid]')?.focus();
}

function focusFirst(dialog) {
  const first = dialog.querySelector('[autofocus]') ?? dialog.querySelector('.modal-body :is(input, select, textarea)');
  (first ?? dialog.querySelector('[type=submit], [data-close]'))?.focus();
}

function showView(view, isStacked, context) {
  const isWaiting = context.isWaiting({ key: view.id }, 'submit');
  const place = { prefix: `${view.id}-`, key: view.id, isView: true, state: view.state.values, errors: view.errors };
  const closeLabel = isStacked ? 'Back' : 'Close';
  return element(
    'form',
    { class: 'modal', 'data-key': view.id, 'data-view': view.id, novalidate: true, 'aria-labelledby': 'modal-title' },
    element(
      'header',
      { class: 'modal-head' },
      element('h2', { id: 'modal-title' }, lineOf(view.title, context)),
      element(
        'button',
        { type: 'button', class: 'button button-quiet', 'data-close': true, 'aria-label': closeLabel },
        icon(isStacked ? 'back' : 'close'),
      ),
    ),
    element('div', { class: 'modal-body' }, showBlocks(view.blocks, place, context)),
    element(
      'footer',
      { class: 'dialog-buttons' },
      element(
        'button',
        { type: 'button', class: 'button', 'data-close': true },
        view.close ? lineOf(view.close, context) : view.submit ? 'Cancel' : 'Close',
      ),
      view.submit &&
        element(
          'button',
          { type: 'submit', class: 'button button-primary', 'aria-busy': isWaiting ? 'true' : undefined },
          lineOf(view.submit, context),
        ),
    ),
  );
}
