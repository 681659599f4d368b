import { numberInWords, timeInWords } from '../../../chatops/format.ts';
import { shellWords } from '../../playbook/shell-words.ts';
import { commandsByHand } from './by-hand.ts';
import type { Decided } from './decided.ts';
import { lossesInWords } from './losses-in-words.ts';
import type { RestorePlan } from './plan-restore.ts';
import { planSteps } from './plan-steps.ts';
import { restoreSteps } from './restore-steps.ts';

/** RUNBOOK.md: the whole restore for a person with a shell on every host and nothing else. */
export function runbook(plan: RestorePlan): string {
  const { observation, decided, choice } = plan;
  const { cluster, now } = observation;
  return [
    `# Restore of ${cluster.name}`,
    `Planned ${timeInWords(now)}. ${choice.why}`,
    '## What is lost',
    lossesInWords(plan)
      .map((one) => `- ${one}`)
      .join('\n'),
    '## Before',
    before(plan),
    '## With Ansible',
    withAnsible(decided),
    '## By hand',
    'As root on the hosts that are named. Do not begin a step before the one above has ended well on every host.',
    ...steps(plan),
    '## The way back',
    wayBack(decided),
    '',
  ].join('\n\n');
}

function before({ found, observation: { cluster, target } }: RestorePlan): string {
  const hosts = target.members.map(({ name, host, dataDir }) => `| ${name} | ${host} | ${dataDir} |`).join('\n');
  const table = `| member | host | data directory |\n| --- | --- | --- |\n${hosts}`;
  return found ? `${table}\n\n${fetching(found, cluster.backup.address)}` : table;
}

/** How the stored bytes become the file that restores. */
function fetching({ backup, source, revision }: NonNullable<RestorePlan['found']>, address: string): string {
  const pipes = [shellWords(['aws', 's3', 'cp', `${address}/${source.key}`, '-'])];
  if (backup.kind === 'own') {
    const { compression, encryption } = backup.manifest.stored;
    if (encryption.kind === 'age') pipes.push('age --decrypt --identity identity.txt');
    if (compression === 'zstd') pipes.push('zstd -dc');
    if (compression === 'gzip') pipes.push('gzip -dc');
  } else {
    if (backup.form === 'db.zst') pipes.push('zstd -dc');
    if (backup.form === 'db.gz') pipes.push('gzip -dc');
    if (backup.form === 'tar.gz') pipes.push(shellWords(['tar', '-xzO', '--wildcards', source.member ?? '*snap-*.db']));
  }
  const check =
    source.sha256 === undefined
      ? ''
      : `\nhead -c ${source.databaseBytes} snapshot.db | sha256sum   # must be ${source.sha256}`;
  const at = revision === undefined ? '' : ` It is at revision ${numberInWords(revision)}.`;
  return `Fetch the backup, on the machine from which it goes to the hosts.${at}\n\n\`\`\`sh\n${pipes.join(' | ')} > snapshot.db${check}\n\`\`\``;
}

/** What Salvor does itself stands between: the playbook stops where that belongs. */
function withAnsible(decided: Decided): string {
  const lines: string[] = [];
  let tags: string[] = [];
  const flush = () => {
    if (tags.length > 0) lines.push(`ansible-playbook -i inventory.yaml site.yaml --tags ${tags.join(',')}`);
    tags = [];
  };
  for (const { does, name } of restoreSteps(decided)) {
    if (does.kind === 'playbook' && decided.variant !== 'replace') tags.push(...does.tags);
    else {
      flush();
      if (does.kind === 'playbook') {
        lines.push(
          `ansible-playbook -i inventory.yaml site.yaml --tags ${does.tags.join(',')} --limit '${does.hosts.join(',')}'`,
        );
      } else lines.push(`# ${name}: by hand, see below`);
    }
  }
  flush();
  return `\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
}

function steps({ decided, observation: { cluster } }: RestorePlan): readonly string[] {
  return planSteps(decided, cluster).map(({ name, commands, changes, isPointOfNoReturn }, index) => {
    const point = isPointOfNoReturn ? '\n\n**Point of no return: from here on going back loses what is written.**' : '';
    const byHost = Map.groupBy(commands, ({ on }) => on ?? 'from anywhere');
    const blocks = [...byHost].map(
      ([host, its]) => `${host}:\n\n\`\`\`sh\n${its.map(({ command }) => command).join('\n')}\n\`\`\``,
    );
    return `### ${index + 1}. ${name}${point}\n\nChanges: ${changes}.\n\n${blocks.join('\n\n')}`;
  });
}

function wayBack(decided: Decided): string {
  const tags = ['stop-apiservers', 'stop-etcd', 'put-back', 'start-etcd', 'start-apiservers'] as const;
  const blocks = decided.hosts.map((host) => {
    const lines = tags.flatMap((tag) => commandsByHand(tag, decided, host));
    return `${host.name}:\n\n\`\`\`sh\n${lines.join('\n')}\n\`\`\``;
  });
  return `On every host the first part everywhere, then the next: stop, put back, start.\n\n${blocks.join('\n\n')}`;
}
