import { timeInWords } from '../../../chatops/format.ts';
import { commandsByHand } from './by-hand.ts';
import { harborSteps, isMadeReadOnly, isTag } from './harbor-steps.ts';
import { plainPath } from './in-words.ts';
import { ownCommands } from './own-commands.ts';
import { planSteps } from './plan-steps.ts';
import type { UpgradePlan } from './plan-upgrade.ts';
import type { HarborTag } from './playbook.ts';
import { lossesInWords } from './to-plan.ts';

/** RUNBOOK.md: the whole upgrade for a person with a shell on the host and nothing else. */
export function runbook(plan: UpgradePlan): string {
  const { registry, hops, observed, decided, findings } = plan;
  const steps = harborSteps(decided);
  return [
    `# Upgrade of ${registry.name}: ${plainPath(hops)}`,
    `Planned ${timeInWords(observed.at)}.`,
    '## What is lost',
    list(lossesInWords(plan)),
    '## What it meets',
    list(findings.map(({ severity, subject, evidence, next }) => `${severity}: ${subject}. ${evidence} ${next}`)),
    '## With Ansible',
    withAnsible(plan),
    '## By hand',
    `As root on ${registry.host}. Do not begin a step before the one above has ended well.`,
    ...planSteps(decided, registry).map(({ name, commands, changes, isPointOfNoReturn }, index) => {
      const pause = steps[index]?.isPausedAfter ? `\n\n${look}` : '';
      const point = isPointOfNoReturn
        ? '\n\n**Point of no return: from here on the way back is the copy of the database.**'
        : '';
      return `### ${index + 1}. ${name}${point}\n\nChanges: ${changes}.\n\n${fenced(commands.map(({ command }) => command))}${pause}`;
    }),
    ...wayBack(plan),
    '## Old images, once nobody wants to go back',
    `They stay until somebody removes them. In Salvor: \`images ${registry.name}\`, which shows them first. By hand, never with --force: Docker refuses what a container uses.`,
    fenced(decided.hops.flatMap(({ variables }) => commandsByHand('clear-images', decided, variables))),
    '',
  ].join('\n\n');
}

/** What others wrote must not look like a step of this runbook. */
const list = (all: readonly string[]): string =>
  all.map((one) => `- ${one.replaceAll(/[\s\p{Cc}]+/gu, ' ')}`).join('\n') || '- nothing';
const fenced = (lines: readonly string[]): string => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;

const look = '**Look at it here, and let people pull and push, before the next version.**';

/** The playbook leaves to people what Salvor does itself: they are named by their numbers below. */
function withAnsible({ decided }: UpgradePlan): string {
  const steps = harborSteps(decided);
  const lines = decided.hops.flatMap((hop, nth) => {
    const its = steps.flatMap((step, at) => (step.hop === hop ? [{ number: at + 1, step }] : []));
    const down = its.findIndex(({ step }) => isTag('down')(step));
    const own = (some: typeof its) => some.flatMap(({ number, step }) => (step.does.kind === 'own' ? [number] : []));
    return [
      `# ${hop.variables.from} → ${hop.variables.to}: first by hand ${stepsBelow(own(its.slice(0, down)))}`,
      `ansible-playbook -i inventory.yaml -e @hop-${nth + 1}.json site.yaml`,
      `# then by hand ${stepsBelow(own(its.slice(down)))}`,
    ];
  });
  return fenced(lines);
}

const stepsBelow = (numbers: readonly number[]): string => `steps ${numbers[0]} to ${numbers.at(-1)} below`;

/** From wherever it stands, with the checks that belong to it. */
function wayBack({ decided, registry }: UpgradePlan): readonly string[] {
  const [first] = decided.hops;
  if (!first) return [];
  const { from, to } = first.variables;
  const { harbor_dir: install, harbor_mark: mark } = decided.shared;
  const before = `${install}.before-${mark}-${from}`;
  const byHand = (...tags: readonly HarborTag[]) =>
    fenced(tags.flatMap((tag) => commandsByHand(tag, decided, first.variables)));
  // Of the API of what runs again.
  const again = { ...first.variables, to: from };
  const asked = (
    ['healthy', 'compare', ...(isMadeReadOnly(decided, from) ? ['writable' as const] : [])] as const
  ).flatMap((work) => ownCommands(work, registry, again));
  return [
    '## The way back',
    `To ${from}, from wherever it stands. What was pushed since ${to} was installed is lost. Nothing is deleted.`,
    `With Ansible, where ${before} is there:`,
    fenced(['ansible-playbook -i inventory.yaml -e @hop-1.json --tags put-back,up site.yaml']),
    `By hand, where ${before} is there. Stop at the first command that fails, but for those that say otherwise:`,
    byHand('put-back', 'up'),
    `Where it is not there, the directory and the database are those of ${from} still. Only start it:`,
    byHand('up'),
    'In any case, at the end:',
    fenced(asked),
  ];
}
