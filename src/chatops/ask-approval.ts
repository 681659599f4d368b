import type { Ports } from '../ports/index.ts';
import { actorInWords } from './access.ts';
import type { Approval, ApprovalRule } from './approval.ts';
import { changeApproval } from './change-approval.ts';
import { supersede, voterOf } from './decide.ts';
import { Refusal } from './errors.ts';
import { counted, durationInWords } from './format.ts';
import { leaseTarget } from './held-back.ts';
import type { AnyJob, RunContext } from './job.ts';
import type { Keepers } from './keepers.ts';
import { digestOf, type Plan, planDifferences } from './plan.ts';
import type { Report } from './report.ts';
import type { RunRecord } from './run.ts';

interface Asking {
  readonly job: AnyJob;
  readonly run: RunRecord;
  readonly ports: Ports;
  readonly context: RunContext;
  readonly keepers: Keepers;
  readonly now: () => Date;
}

/** Makes a plan and asks other people to agree to it; or, for a check, looks whether what they are asked about still holds. */
export async function askApproval(asking: Asking): Promise<Report> {
  const { run, keepers } = asking;
  if (!run.approval) await mustBeNobodys(asking);
  const plan = await planNow(asking);
  if (run.approval) return check(run.approval.id, plan, asking);
  const approval = await keepers.approvals.open(newApproval(plan, asking));
  await recordPlan(approval, asking);
  const { rule } = approval;
  const wait = `${counted(rule.votes, 'approver')} of ${plan.target}, not you, within ${durationInWords(rule.collectMs)}`;
  // Of one that was opened by an attempt before, what is kept is what people are asked about.
  const { report } = approval.digest === digestOf(plan) ? plan : approval.plan;
  return { ...report, changed: 'nothing', next: `It waits for ${wait}: the request stands below.` };
}

/** What stopped in the middle is not what anybody would plan with: it is gone on with, or taken back, first. */
async function mustBeNobodys({ run, keepers }: Asking): Promise<void> {
  const lease = await keepers.leases.find(leaseTarget(run));
  if (!lease) return;
  throw new Refusal(
    `${run.target} is held by ${lease.approval}, in the middle of its work or stopped there: nothing is planned meanwhile.`,
    ['See how it stands, and go on with it or take it back: ', { command: `runs ${lease.run}` }],
  );
}

/** The plan as it comes out now. Whose agreement it takes is a part of what is agreed to. */
export async function planNow({
  job,
  run,
  ports,
  context,
}: Pick<Asking, 'job' | 'run' | 'ports' | 'context'>): Promise<Plan> {
  if (!job.plan) throw new Error(`job ${job.name} makes no plan`);
  const plan = await job.plan(run.payload, ports, context);
  return { ...plan, observed: { ...plan.observed, Approval: ruleInWords(ruleFor(run, ports)) } };
}

const ruleFor = (run: RunRecord, ports: Ports): ApprovalRule => ports.catalogue.target(run.target).approval;

const ruleInWords = ({ votes, stepUp }: ApprovalRule): string =>
  `${counted(votes, 'vote')}${stepUp ? ', each proven to the OIDC provider' : ''}`;

function newApproval(plan: Plan, { run, ports, now }: Asking): Approval {
  const rule = ruleFor(run, ports);
  const createdAt = now();
  return {
    ...{ id: approvalOf(run), version: 1, state: 'pending', plan: toKeep(plan), digest: digestOf(plan) },
    ...{ site: run.site, requester: voterOf(run.actor), words: run.words, rule, plannedBy: run.id },
    ...(run.thread ? { thread: { channel: run.thread.channel } } : {}),
    ...{ votes: [], runs: [], createdAt, expiresAt: new Date(createdAt.getTime() + rule.collectMs) },
  };
}

/** Its file is said once: kept for a year, and read every second, it would fill Redis. */
function toKeep(plan: Plan): Plan {
  const { file: _, moreFiles: __, ...report } = plan.report;
  return { ...plan, report };
}

const approvalOf = ({ id }: Pick<RunRecord, 'id'>): string => id.replace(/^r-/, 'a-');

function recordPlan(approval: Approval, { run, keepers }: Pick<Asking, 'run' | 'keepers'>): Promise<void> {
  const { id, digest, plan } = approval;
  const about = { target: plan.target, by: actorInWords(run.actor), run: run.id, approval: id, digest };
  return keepers.audit.add({ kind: 'plan', ...about, what: `planned: ${run.words}` });
}

async function check(id: string, plan: Plan, asking: Asking): Promise<Report> {
  const approval = await asking.keepers.approvals.find(id);
  const isSame = !approval || digestOf(plan) === approval.digest;
  if (!isSame) await supersedeBy(plan, approval, asking);
  return { tone: 'neutral', title: isSame ? 'The plan still holds.' : 'The plan holds no more.', changed: 'nothing' };
}

function planAnew({ report }: Plan, { id }: Approval, differences: readonly string[]): Report {
  const different = { label: `Different from ${id}`, value: differences.join(' '), onCard: true };
  return { ...report, facts: [different, ...(report.facts ?? [])], changed: 'nothing' };
}

/** The plan as it is now takes the place of the one before, asks for its own approval, and says what is different. */
export async function supersedeBy(
  plan: Plan,
  before: Approval,
  asking: Pick<Asking, 'run' | 'ports' | 'keepers' | 'now'>,
): Promise<readonly string[]> {
  const { keepers, run, ports, now } = asking;
  const rule = ruleFor(run, ports);
  const differences = planDifferences(before.plan, plan);
  const createdAt = now();
  const { clearance: _, messageTs: __, remindedAt: ___, ...kept } = before;
  const next: Approval = {
    ...kept,
    ...{
      id: approvalOf(run),
      version: 1,
      state: 'pending',
      plan: toKeep(plan),
      digest: digestOf(plan),
      rule,
      votes: [],
      runs: [],
      createdAt,
    },
    expiresAt: new Date(createdAt.getTime() + rule.collectMs),
  };
  const after = await changeApproval(keepers.approvals, before.id, (one) => supersede(one, differences, next.id));
  // Somebody else was first, or it was decided meanwhile.
  if (after.state !== 'superseded' || after.superseded?.by !== next.id) return differences;
  await keepers.approvals.open(next, planAnew(plan, before, differences));
  await recordPlan(next, asking);
  return differences;
}
