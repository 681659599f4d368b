import { expect, it } from 'vitest';
import { mustBeAsConfigured } from '../../../../src/ops/harbor/upgrade/as-configured.ts';
import { Decided } from '../../../../src/ops/harbor/upgrade/decided.ts';
import { openHarborHouse } from '../../../commands/harbor-house.ts';

async function planned() {
  const { plans, bot } = await openHarborHouse();
  const { plan } = await plans('/salvor harbor reg-eu 2.14 --reason "fixes"');
  return { decided: Decided.parse(plan.payload.decided), registry: bot.catalogue.registry('reg-eu') };
}

it('is done where salvor.yaml says', async () => {
  const { decided, registry } = await planned();
  expect(() => mustBeAsConfigured(decided, registry)).not.toThrow();
});

it.each([
  ['another host', (one: Decided) => ({ ...one, host: { ...one.host, address: '10.6.6.6' } })],
  ['other rights', (one: Decided) => ({ ...one, become: !one.become })],
  ['another directory', (one: Decided) => ({ ...one, shared: { ...one.shared, harbor_data: '/etc' } })],
  ['another Docker', (one: Decided) => ({ ...one, shared: { ...one.shared, harbor_compose: ['/tmp/evil'] } })],
  ['a mark that is a path', (one: Decided) => ({ ...one, shared: { ...one.shared, harbor_mark: '../../etc' } })],
])('is not done with %s, whatever was kept of the plan', async (_, change) => {
  const { decided, registry } = await planned();
  expect(() => mustBeAsConfigured(change(decided), registry)).toThrow(
    'What was agreed to for reg-eu is not what salvor.yaml says of it now: nothing more was done.',
  );
});
