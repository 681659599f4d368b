import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { freePorts } from '../../sandbox/etcd.ts';
import { startRedis } from '../../sandbox/redis.ts';
import type { Answer } from '../../src/chatops/approval.ts';
import type { ApprovalDesk } from '../../src/chatops/approval-desk.ts';
import { loadRegistry } from '../../src/chatops/registry.ts';
import { loadConfig } from '../../src/config.ts';
import { layFoundation } from '../../src/main/foundation.ts';
import { stepUpOf } from '../../src/main/step-up.ts';
import { createFakeApprovalDesk } from '../fakes/approval-desk.ts';
import { anApproval } from '../fakes/approvals-to-show.ts';
import { people } from '../people.ts';
import { openBrowser } from './browser.ts';
import { startOidc } from './oidc.ts';

const yamlOf = (issuer: string, port: number): string => `
slack: {team: T0LOCAL}
buckets: {main: {bucket: etcd-backups}}
clusters:
  prod-1:
    environment: production
    channels: [C0PROD1]
    approval: {stepUp: true}
    etcd: {endpoints: ["http://127.0.0.1:2379"], allowHttp: true}
    backup: {bucket: main, prefix: etcd/prod-1}
oidc:
  issuer: ${issuer}
  clientId: salvor
  clientSecret: OIDC_SECRET
  publicUrl: http://127.0.0.1:${port}
  listen: {port: ${port}}
  people: {bob@example.org: U0BOB}
`;

async function foundationOf(issuer: string, port: number) {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-step-up-'));
  const redis = await startRedis({ directory });
  onTestFinished(async () => {
    await redis.stop();
    await rm(directory, { recursive: true });
  });
  const secrets = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_APP_TOKEN: 'xapp-1', OIDC_SECRET: 'hush-hush' };
  const environment = { REDIS_URL: redis.url, ...secrets };
  const config = loadConfig({ role: 'bot', environment, readText: () => yamlOf(issuer, port) });
  const foundation = await layFoundation(config, await loadRegistry(), 'silent');
  onTestFinished(() => foundation.close());
  return foundation;
}

it('a bot with oidc in salvor.yaml keeps a vote in Redis, serves its page, and casts it once it is proven', async () => {
  const [port = 0] = await freePorts(1);
  const oidc = await startOidc({ backTo: `http://127.0.0.1:${port}/prove/back`, secret: 'hush-hush' });
  onTestFinished(() => oidc.close());
  const stepUp = stepUpOf(await foundationOf(oidc.issuer, port));
  if (!stepUp) throw new Error('no step-up');
  const inner = createFakeApprovalDesk();
  const asked = anApproval({ expiresAt: new Date(Date.now() + 3_600_000) });
  inner.put({ ...asked, rule: { ...asked.rule, stepUp: true } });
  const nothing = async () => {
    throw new Error('not asked here');
  };
  const approvals: ApprovalDesk = stepUp.over({ ...inner, again: nothing, start: nothing });
  const pages = await stepUp.serve({ approvals, actor: async () => people.bob });
  onTestFinished(() => pages.close());
  const yes: Answer = { kind: 'approve', typed: 'prod-1', digest: asked.digest };
  const told = JSON.stringify(await approvals.vote('a-1', people.bob, yes));
  const [link = ''] = /http:[^"]+/.exec(told) ?? [];
  expect(inner.answers).toEqual([]);
  const browser = openBrowser();
  expect((await browser.open(link)).text).toContain(`Sign in at 127.0.0.1:${oidc.port}`);
  const last = await browser.open(`${link}/sign-in`, { visit: { as: 'bob' } });
  expect(last.text).toContain('Your vote for the restore of prod-1 is cast.');
  const answer = { ...yes, provenAs: `${oidc.issuer} bob` };
  expect(inner.answers).toEqual([{ approval: 'a-1', by: 'U0BOB', answer }]);
});
