import { describe, expect, it } from 'vitest';
import { grantsIn, groupsOf } from '../../src/config/grants.ts';
import { Settings } from '../../src/config/schema.ts';

const cluster = (prefix: string, people: object) => ({
  environment: 'production',
  channels: ['C0000PROD'],
  etcd: { endpoints: ['https://10.0.0.11:2379'], ca: '/ca.crt' },
  backup: { bucket: 'main', prefix },
  ...people,
});
const settings = Settings.parse({
  slack: { team: 'T0000TEAM' },
  people: { ops: { groups: ['S0000OPS'] }, leads: { users: ['U0000LEAD'], groups: ['S0000OPS'] } },
  buckets: { main: { bucket: 'etcd-backups' } },
  clusters: {
    'prod-1': cluster('prod-1', { viewers: ['ops'], operators: ['ops'], approvers: ['leads'] }),
    'prod-2': cluster('prod-2', { operators: ['leads'] }),
    'prod-3': cluster('prod-3', {}),
  },
});

const grants = grantsIn(settings);

describe('grants', () => {
  it('gives what a user group gives, on the clusters that name it', () => {
    expect(grants('U0000ANN', ['S0000OPS'])).toEqual([
      { role: 'viewer', target: 'prod-1' },
      { role: 'operator', target: 'prod-1' },
      { role: 'approver', target: 'prod-1' },
      { role: 'operator', target: 'prod-2' },
    ]);
  });

  it('gives what a member id gives', () => {
    expect(grants('U0000LEAD', [])).toEqual([
      { role: 'approver', target: 'prod-1' },
      { role: 'operator', target: 'prod-2' },
    ]);
  });

  it('gives nothing to anybody else', () => {
    expect(grants('U0000EVE', ['S0000EVE'])).toEqual([]);
  });

  it('asks Slack about each group once', () => {
    expect(groupsOf(settings)).toEqual(['S0000OPS']);
  });
});
