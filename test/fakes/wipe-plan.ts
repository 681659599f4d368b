import type { Plan } from '../../src/chatops/plan.ts';

export const wipeSteps = ['Look', 'Cut', 'Mend'];

/** To wipe a cluster in three steps: the first changes nothing, the last is the point of no return. */
export const wipePlan = (cluster: string, members: string, order: readonly string[] = wipeSteps): Plan => ({
  ...{ action: 'wipe', target: cluster, payload: { cluster }, observed: { Members: members } },
  steps: order.map((name) => ({
    ...{ name, commands: [{ command: name.toLowerCase() }] },
    changes: name === 'Look' ? 'nothing: one more look' : `it is ${name.toLowerCase()}`,
    isPointOfNoReturn: name === 'Mend',
  })),
  ...{ losses: ['everything'], wayBack: 'sew' },
  report: {
    ...{ tone: 'warning', title: `Plan to wipe ${cluster}` },
    file: { name: 'by-hand.md', title: 'By hand', base64: '' },
  },
});
