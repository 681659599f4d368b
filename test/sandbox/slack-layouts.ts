import type { HomeView, KnownBlock, ModalView, PlainTextElement, RichTextBlock } from '@slack/types';

// Cards in the style the bot sends them, held here so that a change to the bot's renderer cannot loosen the validator.

export const plain = (text: string): PlainTextElement => ({ type: 'plain_text', text });
export const rich = (text: string): RichTextBlock => ({
  type: 'rich_text',
  elements: [{ type: 'rich_text_section', elements: [{ type: 'text', text }] }],
});

export const progress: readonly KnownBlock[] = [
  {
    type: 'section',
    block_id: 'run:r_41:head',
    text: { type: 'mrkdwn', text: '*Snapshot* · `prod-1` · run `r_41`\nAsked for by <@U1>' },
    accessory: {
      type: 'overflow',
      action_id: 'run.menu',
      options: [
        { text: plain('Show logs'), value: 'logs' },
        { text: plain('Runbook'), url: 'https://runbooks.example/snapshot' },
      ],
    },
  },
  {
    type: 'plan',
    title: 'Step 2 of 4 · 12 s',
    tasks: [
      { type: 'task_card', task_id: 'choose', title: 'Choose a member', status: 'complete', output: rich('etcd-2') },
      {
        type: 'task_card',
        task_id: 'copy',
        title: 'Copy to S3',
        status: 'in_progress',
        details: rich('210 of about 512 MiB · 96 MiB/s'),
        sources: [{ type: 'url', url: 'https://s3.example/backups', text: 'bucket' }],
      },
      { type: 'task_card', task_id: 'check', title: 'Check what S3 holds', status: 'pending' },
      { type: 'task_card', task_id: 'manifest', title: 'Write the manifest', status: 'pending' },
    ],
  },
  {
    type: 'context',
    elements: [{ type: 'mrkdwn', text: 'Updated <!date^1795448643^{time_secs}|10:04:03 UTC> · worker `w-2`' }],
  },
  {
    type: 'actions',
    block_id: 'run:r_41:act',
    elements: [
      {
        type: 'button',
        action_id: 'run.cancel',
        style: 'danger',
        value: 'r_41',
        text: plain('Cancel'),
        accessibility_label: 'Cancel this snapshot',
        confirm: {
          title: plain('Cancel the snapshot?'),
          text: { type: 'mrkdwn', text: 'What was uploaded so far is thrown away.' },
          confirm: plain('Cancel it'),
          deny: plain('Keep going'),
          style: 'danger',
        },
      },
    ],
  },
];

export const approval: readonly KnownBlock[] = [
  { type: 'header', text: plain('Approval needed: restore prod-1') },
  {
    type: 'section',
    fields: ['*Requested by*\n<@U1>', '*Reason*\nBad rollout', '*Needs*\n2 of 3', '*Expires*\n11:04'].map((text) => ({
      type: 'mrkdwn',
      text,
    })),
  },
  { type: 'divider' },
  {
    type: 'actions',
    elements: [
      { type: 'button', action_id: 'approve', style: 'primary', value: 'a_31', text: plain('Review and approve') },
      { type: 'button', action_id: 'reject', style: 'danger', value: 'a_31', text: plain('Reject') },
      { type: 'button', action_id: 'plan', url: 'https://plans.example/a_31', text: plain('Full plan') },
    ],
  },
];

export const backups: readonly KnownBlock[] = [
  { type: 'section', text: { type: 'mrkdwn', text: '*Backups* · `prod-1` · newest 2 of 214' } },
  {
    type: 'data_table',
    caption: 'Backups of prod-1, newest first',
    page_size: 10,
    row_header_column_index: 0,
    rows: [
      ['Taken', 'Size', 'Verified'].map((text) => ({ type: 'raw_text', text })),
      [{ type: 'raw_text', text: '03:00' }, { type: 'raw_number', value: 412, text: '412 MiB' }, rich('yes')],
      [{ type: 'raw_text', text: '02:00' }, { type: 'raw_number', value: 409, text: '409 MiB' }, rich('no')],
    ],
  },
  { type: 'image', image_url: 'http://127.0.0.1:8080/files/F1/sizes.png', alt_text: 'Sizes over seven days' },
  { type: 'image', slack_file: { id: 'F1' }, alt_text: 'Sizes over seven days', title: plain('Sizes') },
];

export const newer: readonly KnownBlock[] = [
  { type: 'markdown', text: '# Runs\n\n| run | state |\n|---|---|\n| r_1 | done |' },
  {
    type: 'container',
    title: plain('Logs'),
    is_collapsible: true,
    default_collapsed: true,
    child_blocks: [{ type: 'section', text: plain('no lines yet') }, { type: 'divider' }],
  },
  {
    type: 'card',
    title: { type: 'mrkdwn', text: '*prod-1*' },
    body: { type: 'mrkdwn', text: '3 members' },
    actions: [{ type: 'button', action_id: 'open', text: plain('Open') }],
  },
  { type: 'table', rows: [[{ type: 'raw_text', text: 'a' }, rich('b')]], column_settings: [{ align: 'right' }] },
  { type: 'task_card', task_id: 't', title: 'Verify', status: 'error', output: rich('hash differs') },
  rich('plain words'),
];

export const approveModal: ModalView = {
  type: 'modal',
  callback_id: 'approval.confirm',
  private_metadata: JSON.stringify({ approval: 'a_31' }),
  title: plain('Approve restore'),
  submit: plain('Approve'),
  close: plain('Back'),
  notify_on_close: true,
  blocks: [
    { type: 'alert', level: 'error', text: { type: 'mrkdwn', text: 'Overwrites etcd on 3 members of prod-1.' } },
    {
      type: 'input',
      block_id: 'target',
      label: plain('Type the cluster name to approve'),
      element: { type: 'plain_text_input', action_id: 'v', placeholder: plain('prod-1'), focus_on_load: true },
    },
    {
      type: 'input',
      block_id: 'checks',
      label: plain('I checked'),
      element: {
        type: 'checkboxes',
        action_id: 'v',
        options: [
          { text: { type: 'mrkdwn', text: 'the *time* of the backup' }, value: 'time' },
          { text: plain('nobody is deploying'), value: 'quiet', description: plain('ask in the channel') },
        ],
      },
    },
    {
      type: 'input',
      block_id: 'backup',
      label: plain('Backup'),
      hint: plain('newest first'),
      element: {
        type: 'static_select',
        action_id: 'v',
        option_groups: [{ label: plain('Today'), options: [{ text: plain('03:00'), value: 'b1' }] }],
        initial_option: { text: plain('03:00'), value: 'b1' },
      },
    },
    {
      type: 'input',
      optional: true,
      block_id: 'note',
      label: plain('Note for the audit log'),
      element: { type: 'plain_text_input', action_id: 'v', multiline: true, max_length: 500 },
    },
  ],
};

export const home: HomeView = {
  type: 'home',
  blocks: [
    { type: 'header', text: plain('Control plane') },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: '*Waiting for you (1)*' },
      accessory: { type: 'button', action_id: 'home.open', value: 'a_31', text: plain('Open') },
    },
    {
      type: 'actions',
      elements: [
        { type: 'datepicker', action_id: 'since', initial_date: '2026-11-23' },
        { type: 'radio_buttons', action_id: 'kind', options: [{ text: plain('all'), value: 'all' }] },
        { type: 'users_select', action_id: 'who', placeholder: plain('anyone') },
      ],
    },
    {
      type: 'data_table',
      caption: 'Clusters',
      rows: [[{ type: 'raw_text', text: 'Cluster' }], [{ type: 'raw_text', text: 'prod-1' }]],
    },
  ],
};
