import { describe, expect, it } from 'vitest';
import type { PlanStep } from '../../../../src/chatops/plan.ts';
import { harborSteps } from '../../../../src/ops/harbor/upgrade/harbor-steps.ts';
import { planSteps } from '../../../../src/ops/harbor/upgrade/plan-steps.ts';
import { decidedOf, hopOf } from './decided.ts';

const registry = { url: 'https://registry.example.com' };
const all = planSteps(decidedOf(), registry);
function stepOf(name: string, among: readonly PlanStep[] = all): PlanStep {
  const found = among.find((step) => step.name === name);
  if (!found) throw new Error(`there is no step ${name}`);
  return found;
}

it('has exactly the steps that are carried out, in their order', () => {
  expect(all.map(({ name }) => name)).toEqual(harborSteps(decidedOf()).map(({ name }) => name));
});

it('names its one point of no return, in the first hop', () => {
  expect(all.filter((step) => step.isPointOfNoReturn).map(({ name }) => name)).toEqual(['Install 2.12.4']);
});

it.each([
  ['Check the host', 'nothing'],
  ['Load the images of 2.14.1', 'nothing: the images of 2.14.1 lie on the host'],
  ['Make 2.10.3 read-only', 'reg-eu is read-only before 2.12.4'],
  ['Stop 2.10.3', 'Harbor 2.10.3 is stopped'],
  ['Set 2.12.4 aside', 'the install directory of 2.12.4 is set aside as /opt/harbor.before-m1-2.12.4'],
  ['Install 2.14.1', 'Harbor 2.14.1 is started, and migrates the database'],
  ['Make 2.14.1 writable', 'reg-eu may be written to again, in 2.14.1'],
])('%s: says that it changes %s', (name, changes) => {
  expect(stepOf(name).changes).toBe(changes);
});

describe('shows what is run', () => {
  it.each([
    ['Stop 2.10.3', ['cd /opt/harbor && docker compose down']],
    ['Set 2.10.3 aside', ['mv -T /opt/harbor /opt/harbor.before-m1-2.10.3']],
    ['Install 2.14.1', ['cd /opt/harbor && ./install.sh --with-trivy']],
  ])('on the host: %s', (name, commands) => {
    expect(stepOf(name).commands).toEqual(commands.map((command) => ({ on: 'reg-eu', command })));
  });

  it.each([
    [
      'Make 2.10.3 read-only',
      /^curl -u admin -X PUT .*"read_only":true.* https:\/\/registry\.example\.com\/api\/v2\.0/,
    ],
    ['Make 2.14.1 writable', /"read_only":false/],
    ['Wait until 2.12.4 is healthy', /^curl https:\/\/registry\.example\.com\/api\/v2\.0\/health /],
  ])('and of its own, on no host: %s', (name, command) => {
    const [step, ...more] = stepOf(name).commands;
    expect(more).toEqual([]);
    expect(step?.on).toBeUndefined();
    expect(step?.command).toMatch(command);
  });

  it('by the API of the version that answers then: 1.x has another than 2.x', () => {
    const decided = decidedOf({ hops: [hopOf('1.10.19', '2.4.3')] });
    const steps = planSteps(decided, registry);
    expect(stepOf('Make 1.10.19 read-only', steps).commands[0]?.command).toMatch(/\/api\/configurations$/);
    expect(stepOf('Make 2.4.3 writable', steps).commands[0]?.command).toMatch(/\/api\/v2\.0\/configurations$/);
  });
});
