import { anyText, hasOneImageSource, imageElement, imageSource, mrkdwn, plainText } from './composition.ts';
import {
  accessoryElement,
  actionsElement,
  buttonElement,
  contextActionsElement,
  inputElement,
  urlSource,
} from './elements.ts';
import { richText, richTextFields } from './rich-text.ts';
import {
  atLeastOneOf,
  boolean,
  type Check,
  type Fields,
  isFields,
  link,
  list,
  object,
  oneOf,
  type Problem,
  problem,
  string,
  typed,
  variant,
} from './shape.ts';
import { dataTable, table } from './tables.ts';

export type Surface = 'message' | 'modal' | 'home';

const identified = { block_id: string({ max: 255 }) };

const section = object(
  {},
  {
    ...identified,
    text: anyText(3000),
    fields: list(anyText(2000), 1, 10),
    accessory: accessoryElement,
    expand: boolean,
  },
  atLeastOneOf('text', 'fields'),
);

const input = object(
  { label: plainText(2000), element: inputElement },
  { ...identified, hint: plainText(2000), optional: boolean, dispatch_action: boolean },
  filesAreNotDispatched,
);

function filesAreNotDispatched(fields: Fields, place: string): readonly Problem[] {
  const isFile = isFields(fields.element) && fields.element.type === 'file_input';
  return isFile && fields.dispatch_action === true
    ? problem(`${place}/dispatch_action`, 'unsupported with a file_input element')
    : [];
}

const contextElement: Check = (value, place) =>
  isFields(value) && value.type === 'image' ? imageElement(value, place) : anyText(3000)(value, place);

const simple: Readonly<Record<string, Check>> = {
  section,
  input,
  header: object({ text: plainText(150) }, identified),
  divider: object({}, identified),
  context: object({ elements: list(contextElement, 1, 10) }, identified),
  actions: object({ elements: list(actionsElement, 1, 25) }, identified),
  image: object(
    { alt_text: string({ max: 2000 }) },
    { ...identified, ...imageSource, title: plainText(2000) },
    hasOneImageSource,
  ),
  rich_text: object(richTextFields, identified),
  file: object({ source: oneOf('remote'), external_id: string() }, identified),
  table,
  video: object(
    { video_url: link(), thumbnail_url: link(), alt_text: string({ max: 2000 }), title: plainText(199) },
    {
      ...identified,
      title_url: link(),
      author_name: string({ max: 49 }),
      provider_name: string(),
      provider_icon_url: link(),
      description: plainText(),
    },
  ),
};

const child = variant(simple);

const container = object(
  { child_blocks: list(child, 1, 10) },
  {
    ...identified,
    title: plainText(150),
    rich_text_title: richText,
    subtitle: anyText(150),
    width: oneOf('narrow', 'standard', 'wide', 'full'),
    icon: imageElement,
    is_collapsible: boolean,
    default_collapsed: boolean,
    has_header_divider: boolean,
  },
  atLeastOneOf('title', 'rich_text_title'),
  (fields, place) =>
    fields.default_collapsed === true && fields.is_collapsible !== true
      ? problem(`${place}/default_collapsed`, 'requires is_collapsible to be true')
      : [],
);

const card = object(
  {},
  {
    ...identified,
    hero_image: imageElement,
    icon: imageElement,
    title: mrkdwn(150),
    subtitle: mrkdwn(150),
    body: mrkdwn(200),
    actions: list(buttonElement, 1, 3),
  },
  atLeastOneOf('hero_image', 'title', 'actions', 'body'),
);

const taskStatus = oneOf('pending', 'in_progress', 'complete', 'error');
const task = object(
  { task_id: string(), title: string() },
  { ...identified, status: taskStatus, details: richText, output: richText, sources: list(urlSource, 0, 100) },
);
/** Inside a plan Slack's own examples leave the type of a task out. */
const plannedTask: Check = (value, place) =>
  isFields(value) && value.type === undefined ? task(value, place) : typed('task_card', task)(value, place);

const blocks: Readonly<Record<string, Check>> = {
  ...simple,
  container,
  card,
  table,
  data_table: dataTable,
  task_card: task,
  plan: object({ title: string() }, { ...identified, tasks: list(plannedTask, 0, 50) }, taskIdsAreUnique),
  markdown: object({ text: string({ max: 12_000 }) }, identified),
  alert: object(
    { text: anyText(200) },
    { ...identified, level: oneOf('default', 'info', 'warning', 'error', 'success') },
  ),
  carousel: object({ elements: list(typed('card', card), 1, 10) }, identified),
  context_actions: object({ elements: list(contextActionsElement, 1, 5) }, identified),
};

function taskIdsAreUnique(fields: Fields, place: string): readonly Problem[] {
  const seen = new Set<unknown>();
  const tasks = Array.isArray(fields.tasks) ? fields.tasks : [];
  return tasks.flatMap((one: unknown, index) => {
    const id = isFields(one) ? one.task_id : undefined;
    if (!seen.has(id)) {
      seen.add(id);
      return [];
    }
    return problem(`${place}/tasks/${index}/task_id`, `duplicate task_id: ${String(id)}`);
  });
}

/**
 * Where a block may stand when that is not everywhere. Source: docs.slack.dev/blocks.json. It does not say where
 * `data_table` may stand; it is taken to be where `table` may.
 */
const surfaces: Readonly<Record<string, readonly Surface[]>> = {
  alert: ['modal'],
  carousel: ['message', 'home'],
  container: ['message'],
  context_actions: ['message'],
  data_table: ['message', 'home'],
  file: ['message'],
  markdown: ['message'],
  plan: ['message'],
  table: ['message', 'home'],
  task_card: ['message'],
};

export function block(surface: Surface): Check {
  const check = variant(blocks);
  return (value, place) => {
    const type = isFields(value) && typeof value.type === 'string' ? value.type : '';
    const isAllowed = surfaces[type]?.includes(surface) ?? true;
    return isAllowed
      ? check(value, place)
      : problem(`${place}/type`, `unsupported block type in a ${surface}: ${type}`);
  };
}
