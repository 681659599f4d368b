import { timeInWords } from '../../../chatops/format.ts';
import { commandsByHand } from './by-hand.ts';
import { plainPath } from './in-words.ts';
import { planSteps } from './plan-steps.ts';
import type { UpgradePlan } from './plan-upgrade.ts';
import { lossesInWords } from './to-plan.ts';

/** RUNBOOK.md: the whole upgrade for a person with a shell on the host and nothing else. */
export function runbook(plan: UpgradePlan): string {
  const { registry, hops, observed, decided, findings } = plan;
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
      const point = isPointOfNoReturn
        ? '\n\n**Point of no return: from here on the way back is the copy of the database.**'
        : '';
      return `### ${index + 1}. ${name}${point}\n\nChanges: ${changes}.\n\n${fenced(commands.map(({ command }) => command))}`;
    }),
    '## The way back',
    `To ${hops[0]?.from}, from wherever it stands.`,
    fenced((['put-back', 'up'] as const).flatMap((tag) => commandsByHand(tag, decided, decided.hops[0]?.variables))),
    '## Old images, once nobody wants to go back',
    `They stay until somebody removes them. In Salvor: \`images ${registry.name}\`, which shows them first. By hand, never with --force: Docker refuses what a container uses.`,
    fenced(decided.hops.flatMap(({ variables }) => commandsByHand('clear-images', decided, variables))),
    '',
  ].join('\n\n');
}

const list = (all: readonly string[]): string => all.map((one) => `- ${one}`).join('\n') || '- nothing';
const fenced = (lines: readonly string[]): string => `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;

/** What Salvor does itself stands between: the playbook stops where that belongs. */
const withAnsible = ({ decided }: UpgradePlan): string =>
  fenced(
    decided.hops.flatMap(({ variables: { from, to } }, nth) => [
      `# ${from} → ${to}; make sure that no job runs`,
      `ansible-playbook -i inventory.yaml -e @hop-${nth + 1}.json site.yaml`,
      '# then look that every component is healthy, and that nothing is missing',
    ]),
  );
