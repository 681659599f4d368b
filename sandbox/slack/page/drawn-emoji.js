// The marks a report leans on most are drawn, so that they look the same where no emoji font is installed.

const svgNamespace = 'http://www.w3.org/2000/svg';
const check = ['path', { d: 'M5.5 10.5 8.7 13.7 14.5 6.8', class: 'drawn-stroke' }];
const disc = (colour) => [['circle', { cx: 10, cy: 10, r: 7.5, fill: colour }]];
const plate = (colour) => ['rect', { x: 2, y: 2, width: 16, height: 16, rx: 4, fill: colour }];
const glass = [
  ['path', { d: 'M5 2.5h10M5 17.5h10', class: 'drawn-ink' }],
  ['path', { d: 'M6 2.5c0 4 3 5 4 7.5 1-2.5 4-3.5 4-7.5M6 17.5c0-4 3-5 4-7.5 1 2.5 4 3.5 4 7.5', class: 'drawn-ink' }],
];

const drawings = new Map([
  ['white_check_mark', [plate('#2e9e5b'), check]],
  ['heavy_check_mark', [['path', { d: 'M4 10.5 8.2 15 16 5', class: 'drawn-ink' }]]],
  ['x', [['path', { d: 'M4.5 4.5l11 11M15.5 4.5l-11 11', class: 'drawn-red' }]]],
  [
    'warning',
    [
      ['path', { d: 'M10 2.2 19 17.8H1z', fill: '#f0b429' }],
      ['path', { d: 'M10 7.5v5M10 15.2v.1', class: 'drawn-dark' }],
    ],
  ],
  ['no_entry', [...disc('#d64545'), ['path', { d: 'M6 10h8', class: 'drawn-stroke' }]]],
  ['information_source', [plate('#4a7fd4'), ['path', { d: 'M10 9.2v5M10 6v.1', class: 'drawn-stroke' }]]],
  ['red_circle', disc('#d64545')],
  ['large_orange_circle', disc('#e8833a')],
  ['large_yellow_circle', disc('#eec43c')],
  ['large_green_circle', disc('#2e9e5b')],
  ['large_blue_circle', disc('#4a7fd4')],
  ['white_circle', [['circle', { cx: 10, cy: 10, r: 7, fill: '#f4f4f4', stroke: '#8d939e' }]]],
  ['black_circle', disc('#3a3f49')],
  [
    'eyes',
    [
      ['ellipse', { cx: 5.6, cy: 10, rx: 4, ry: 6, class: 'drawn-eye' }],
      ['ellipse', { cx: 14.4, cy: 10, rx: 4, ry: 6, class: 'drawn-eye' }],
      ['circle', { cx: 4.6, cy: 11.2, r: 2.1, class: 'drawn-pupil' }],
      ['circle', { cx: 13.4, cy: 11.2, r: 2.1, class: 'drawn-pupil' }],
    ],
  ],
  ['hourglass', glass],
  ['hourglass_flowing_sand', glass],
]);

/** The drawing of an emoji, when this page has one. */
export function drawnEmoji(name) {
  const shapes = drawings.get(name);
  if (!shapes) return undefined;
  const svg = shape('svg', { viewBox: '0 0 20 20', class: 'drawn', 'aria-hidden': 'true' });
  svg.append(...shapes.map(([tag, attributes]) => shape(tag, attributes)));
  return svg;
}

function shape(tag, attributes) {
  const node = document.createElementNS(svgNamespace, tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  return node;
}
