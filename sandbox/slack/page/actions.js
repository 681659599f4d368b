import { post } from './api.js';
import { askFirst } from './dialogs.js';
import { givenIn } from './elements.js';
import { openMenu } from './menu.js';

const pressable = new Set(['button', 'workflow_button', 'icon_button', 'feedback_buttons']);
const many = /^(?:checkboxes|multi_)/;
const optioned = new Set(['static_select', 'radio_buttons', 'external_select']);
const typed = /(?:_text_input|number_input|rich_text_input)$/;

/**
 * Presses, choices and submissions anywhere on the page. The element is looked up in what the server says now, so a
 * button of a message that has changed meanwhile does what the new message says, or nothing. `user` says as whom.
 */
export function startActions(context, { user, draw, complain, complainAboutForm }) {
  async function act(found, chosen) {
    const { where, one, place } = found;
    if (one.confirm && !(await askFirst(one.confirm, context))) return draw();
    context.setWaiting(place, one.action_id, true);
    draw();
    complain(await post('action', { user: user(), ...where, ...chosen }));
    context.setWaiting(place, one.action_id, false);
    draw();
  }

  document.addEventListener('click', (event) => {
    const node = event.target.closest('[data-action]');
    const found = node && find(node, context);
    if (!found) return;
    if (found.one.type === 'overflow')
      openOverflow(node, found.one, (option) => act(found, { selected_option: option }));
    else if (pressable.has(found.one.type)) act(found, { value: node.dataset.value ?? found.one.value });
  });

  document.addEventListener('change', (event) => {
    const node = event.target.closest('[data-action]');
    const found = node && find(node, context);
    if (!found || pressable.has(found.one.type)) return;
    const isFormField = found.block.type === 'input' && !found.block.dispatch_action;
    if (isFormField && found.isModal) return;
    if (typed.test(found.one.type) && !tellsOnChange(found.one)) return;
    act(found, choice(found.one.type, givenIn(node)));
  });

  document.addEventListener('keydown', (event) => {
    if (event.key !== 'Enter' || event.target.tagName !== 'INPUT') return;
    const node = event.target.closest('[data-action]');
    const found = node && find(node, context);
    if (!found?.block.dispatch_action || !typed.test(found.one.type)) return;
    event.preventDefault();
    act(found, choice(found.one.type, givenIn(node)));
  });

  document.addEventListener('submit', async (event) => {
    const form = event.target.closest('form[data-view]');
    if (!form) return;
    event.preventDefault();
    const view = form.dataset.view;
    context.setWaiting({ key: view }, 'submit', true);
    draw();
    await complainAboutForm(await post('submit', { user: user(), view_id: view, values: valuesIn(form) }));
    context.setWaiting({ key: view }, 'submit', false);
    draw();
  });
}

function openOverflow(node, one, pick) {
  const items = one.options.map((option) => ({
    label: option.text.text,
    note: option.description?.text,
    href: option.url,
    pick: () => pick(option.value),
  }));
  openMenu(node, items);
}

function choice(type, value) {
  if (many.test(type)) return { selected_options: value };
  return optioned.has(type) ? { selected_option: value } : { value };
}

function tellsOnChange(one) {
  return one.dispatch_action_config?.trigger_actions_on?.includes('on_character_entered') ?? false;
}

/** The element a node stands for, and where the server is told it was used. */
function find(node, context) {
  const blockId = node.closest('[data-block]')?.dataset.block;
  const surface = node.closest('[data-view], [data-ts]');
  if (!blockId || !surface) return undefined;
  const { view: viewId, ts, channel } = surface.dataset;
  const blocks = viewId ? viewBlocks(context.state, viewId) : messageBlocks(context.state, channel, ts);
  const block = everyBlock(blocks).find((one) => one.block_id === blockId);
  const one = block && elementsOf(block).find((each) => each.action_id === node.dataset.action);
  if (!one) return undefined;
  const isModal = Boolean(viewId) && context.state.home?.id !== viewId;
  const values = isModal ? valuesIn(surface) : undefined;
  const where = viewId ? { view_id: viewId, values } : { channel, ts };
  return {
    block,
    one,
    isModal,
    where: { ...where, block_id: blockId, action_id: one.action_id },
    place: { key: viewId ?? ts },
  };
}

function viewBlocks({ views, home }, viewId) {
  return [...views, home].find((view) => view?.id === viewId)?.blocks ?? [];
}

function messageBlocks({ channels }, channelId, ts) {
  const channel = channels.find((one) => one.id === channelId);
  return channel?.messages.find((message) => message.ts === ts)?.blocks ?? [];
}

function everyBlock(blocks) {
  return blocks.flatMap((block) => [
    block,
    ...everyBlock(block.child_blocks ?? (block.type === 'carousel' ? block.elements : [])),
  ]);
}

function elementsOf({ type, elements = [], accessory, element, actions = [] }) {
  const several = type === 'actions' || type === 'context_actions' ? elements : [];
  return [...several, accessory, element, ...actions].filter(Boolean);
}

/** What stands in the inputs of a view, by block and action. */
function valuesIn(form) {
  const values = {};
  for (const node of form.querySelectorAll('[data-action]')) {
    if (pressable.has(node.dataset.type) || node.dataset.type === 'overflow') continue;
    const block = node.closest('[data-block]').dataset.block;
    values[block] = { ...values[block], [node.dataset.action]: givenIn(node) };
  }
  return values;
}
