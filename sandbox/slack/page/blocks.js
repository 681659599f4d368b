import { element, icon } from './dom.js';
import { showElement } from './elements.js';
import { readMarkdown } from './markdown.js';
import { readRichText } from './rich-text.js';
import { showDataTable, showPlainTable } from './tables.js';
import { lineOf, linkTo, showPassages, textOf } from './words.js';

/**
 * Blocks as they stand in a message, a modal or a Home tab. `place` says where: `{prefix, key, isView, state, errors}`;
 * `prefix` makes ids unique, since a broadcast reply is on the page twice.
 */
export function showBlocks(blocks, place, context) {
  const seen = new Map();
  return blocks.map((block) => {
    seen.set(block.type, (seen.get(block.type) ?? 0) + 1);
    // A block the app gave no id gets another at every edit; in views the id says which input keeps its words.
    const blockKey = place.isView ? block.block_id : `${block.type}-${seen.get(block.type)}`;
    return showBlock(block, { ...place, blockKey }, context);
  });
}

function showBlock(block, place, context) {
  const show = shown[block.type];
  const here = { ...place, blockId: block.block_id };
  const inside = show ? show(block, here, context) : [element('p', { class: 'unknown' }, `(a ${block.type} block)`)];
  const name = `block block-${block.type.replaceAll('_', '-')}`;
  return element('div', { class: name, 'data-block': block.block_id, 'data-key': place.blockKey }, inside);
}

const shown = {
  section: showSection,
  header: ({ text }, _, context) => element('h3', {}, lineOf(text, context)),
  divider: () => element('hr'),
  context: ({ elements }, _, context) => elements.map((one) => showContextElement(one, context)),
  actions: ({ elements }, place, context) => elements.map((one) => showElement(one, place, context)),
  context_actions: ({ elements }, place, context) => elements.map((one) => showElement(one, place, context)),
  input: showInput,
  image: showImage,
  rich_text: (block, _, context) => showPassages(readRichText(block), context),
  markdown: ({ text }, _, context) => showPassages(readMarkdown(text), context),
  file: ({ external_id: id }) => element('p', { class: 'unknown' }, `Remote file ${id}`),
  video: ({ title, title_url: url, alt_text: alt }, _, context) =>
    element('p', {}, url ? linkTo(url, lineOf(title, context)) : lineOf(title, context), ` (video: ${alt})`),
  plan: showPlan,
  task_card: (task, place, context) => element('ol', { class: 'steps' }, showStep(task, place, context)),
  table: showPlainTable,
  data_table: showDataTable,
  alert: showAlert,
  card: showCard,
  carousel: ({ elements }, place, context) => showBlocks(elements, place, context),
  container: showContainer,
};

function showSection({ text, fields, accessory }, place, context) {
  const words = text && element('div', { class: 'words' }, textOf(text, context));
  const grid =
    fields &&
    element(
      'div',
      { class: 'fields' },
      fields.map((field) => element('div', { class: 'words' }, textOf(field, context))),
    );
  const beside = accessory && element('div', { class: 'accessory' }, showElement(accessory, place, context));
  return [element('div', { class: 'section-body' }, words, grid), beside];
}

function showContextElement(one, context) {
  if (one.type === 'image') return element('img', { src: context.imageAddress(one), alt: one.alt_text });
  return element('span', { class: 'words' }, textOf(one, context));
}

function showInput({ block_id: id, label, hint, optional, element: one }, place, context) {
  const labelId = `${place.prefix}${id}-label`;
  const errorId = `${place.prefix}${id}-error`;
  const hintId = `${place.prefix}${id}-hint`;
  const wrong = place.errors?.[id];
  const description = [wrong && errorId, hint && hintId].filter(Boolean).join(' ') || undefined;
  return [
    element(
      'span',
      { class: 'label', id: labelId },
      lineOf(label, context),
      optional && element('small', {}, ' (optional)'),
    ),
    showElement(one, place, context, { label: labelId, description, isWrong: Boolean(wrong) }),
    wrong && element('p', { class: 'error', id: errorId }, icon('warning'), wrong),
    hint && element('p', { class: 'hint', id: hintId }, lineOf(hint, context)),
  ];
}

function showImage(block, _, context) {
  const image = element('img', { src: context.imageAddress(block), alt: block.alt_text });
  return element('figure', {}, block.title && element('figcaption', {}, lineOf(block.title, context)), image);
}

const alertIcons = { default: 'info', info: 'info', success: 'check', warning: 'warning', error: 'warning' };

function showAlert({ text, level = 'default' }, _, context) {
  const attributes = { class: `alert alert-${level}`, role: 'note' };
  return element('div', attributes, icon(alertIcons[level]), element('div', { class: 'words' }, textOf(text, context)));
}

function showCard({ hero_image: hero, icon: small, title, subtitle, body, actions = [] }, place, context) {
  const image = (one, name) =>
    one && element('img', { class: name, src: context.imageAddress(one), alt: one.alt_text });
  return [
    image(hero, 'card-hero'),
    element(
      'div',
      { class: 'card-head' },
      image(small, 'card-icon'),
      element('div', {}, element('b', {}, lineOf(title, context)), element('small', {}, lineOf(subtitle, context))),
    ),
    element('div', { class: 'words' }, textOf(body, context)),
    actions.length > 0 &&
      element(
        'div',
        { class: 'element-group' },
        actions.map((one) => showElement(one, place, context)),
      ),
  ].filter(Boolean);
}

function showContainer(block, place, context) {
  const title = block.rich_text_title
    ? showPassages(readRichText(block.rich_text_title), context)
    : lineOf(block.title, context);
  const subtitle = block.subtitle && element('small', {}, lineOf(block.subtitle, context));
  const inside = element('div', { class: 'container-body' }, showBlocks(block.child_blocks, place, context));
  if (!block.is_collapsible) return [element('div', { class: 'container-head' }, title, subtitle), inside];
  const summary = element('summary', {}, icon('chevron'), element('span', {}, title, subtitle));
  return element('details', { open: block.default_collapsed !== true }, summary, inside);
}

const statuses = {
  pending: 'pending',
  in_progress: 'in progress',
  complete: 'complete',
  error: 'error',
};

function showPlan({ title, tasks = [] }, place, context) {
  const complete = tasks.filter((task) => task.status === 'complete').length;
  const progress = {
    class: 'progress',
    max: tasks.length,
    value: complete,
    'aria-label': `${complete} of ${tasks.length} steps complete`,
  };
  return [
    element(
      'div',
      { class: 'plan-head' },
      element('b', {}, title),
      element('span', {}, `${complete} of ${tasks.length}`),
    ),
    tasks.length > 0 && element('progress', progress),
    element(
      'ol',
      { class: 'steps' },
      tasks.map((task) => showStep(task, place, context)),
    ),
  ].filter(Boolean);
}

function showStep(task, _, context) {
  const status = task.status ?? 'pending';
  const sources = (task.sources ?? []).map(({ url, text }) => linkTo(url, text));
  const body = [
    element(
      'div',
      { class: 'step-line' },
      element('span', { class: 'step-title' }, task.title),
      element('span', { class: 'step-status' }, statuses[status]),
    ),
    task.details && element('div', { class: 'step-details words' }, showPassages(readRichText(task.details), context)),
    task.output && element('div', { class: 'step-output words' }, showPassages(readRichText(task.output), context)),
    sources.length > 0 && element('div', { class: 'step-sources' }, sources),
  ];
  const attributes = {
    class: `step step-${status}`,
    'data-key': `step-${task.task_id}`,
    'aria-current': status === 'in_progress' ? 'step' : undefined,
  };
  return element('li', attributes, stepMark(status), element('div', { class: 'step-body' }, body.filter(Boolean)));
}

function stepMark(status) {
  const drawing = { complete: icon('check'), error: icon('cross') }[status];
  return element('span', { class: 'step-mark', 'aria-hidden': 'true' }, drawing);
}
