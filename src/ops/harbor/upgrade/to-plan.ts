import type { Plan } from '../../../chatops/plan.ts';
import type { File, Text } from '../../../chatops/report.ts';
import { playbookLabel } from '../../playbook/playbook-files.ts';
import { hasReadOnly, isMadeReadOnly } from './harbor-steps.ts';
import { filesInWords, plainPath } from './in-words.ts';
import { planReport } from './plan-report.ts';
import { planSteps } from './plan-steps.ts';
import type { UpgradePlan } from './plan-upgrade.ts';

/** What was asked, and `decided` in place of all that it left open. */
export type UpgradePayload = Readonly<Record<string, unknown>>;

/** An upgrade as other people agree to it. The bundle is the report's file. */
export function toPlan(plan: UpgradePlan, payload: UpgradePayload, playbook: string, bundle?: File): Plan {
  const { decided, registry } = plan;
  return {
    ...{ action: 'harbor', deed: 'upgrade' },
    target: registry.name,
    payload: { ...payload, decided },
    observed: { ...observedIn(plan), [playbookLabel]: playbook },
    steps: planSteps(decided, registry),
    losses: lossesInWords(plan),
    wayBack: wayBackInWords(plan),
    report: planReport(plan, bundle),
  };
}

/** Nothing in it changes while nobody does anything: neither counts, nor free space, nor jobs. */
function observedIn({ observed, decided, hops }: UpgradePlan): Plan['observed'] {
  const known = <T>(
    label: string,
    piece: { readonly known: T } | { readonly gap: unknown },
    say: (value: T) => string,
  ) => ({
    [label]: 'known' in piece ? say(piece.known) : 'unknown',
  });
  return {
    ...known('Version', observed.system, ({ version }) => version),
    Way: plainPath(hops),
    ...known(
      'Configuration',
      observed.install,
      ({ configFile, configVersion }) => `${configFile ?? 'none'}, ${configVersion ?? 'no version'}`,
    ),
    ...known('Database', observed.postgres, (found) => filesInWords(found, observed)),
    ...known('Schema', observed.schema, ({ version, isDirty }) => `${version}${isDirty ? ', dirty' : ''}`),
    ...known('Optional parts', observed.parts, (parts) => parts.join(', ') || 'none'),
    ...Object.fromEntries(
      decided.hops.map(({ variables }) => [
        `Package of ${variables.to}`,
        `${variables.package}, SHA-256 ${variables.package_sha256 ?? 'not published'}`,
      ]),
    ),
  };
}

/** What is interrupted and lost, most important first. */
export function lossesInWords({ findings, hops, registry, decided }: UpgradePlan): readonly string[] {
  const acknowledged = findings.filter(({ check, severity }) => check === 'losses' && severity === 'warning');
  const dropped = hops.flatMap((hop) => hop.dropped.map(({ flag }) => `${flag} from ${hop.to} on`));
  return [
    `Nobody can pull from or push to ${registry.name} while a version is installed: minutes, longer where a first start walks the whole registry.`,
    ...notReadOnly(decided),
    ...acknowledged.map(({ evidence }) => evidence),
    ...(dropped.length > 0
      ? [`The installer is not given ${dropped.join(', ')} any more: it would stop there with Harbor down.`]
      : []),
  ];
}

function notReadOnly(decided: UpgradePlan['decided']): readonly string[] {
  const from = decided.hops[0]?.variables.from ?? '';
  if (isMadeReadOnly(decided, from)) return [];
  const why = hasReadOnly(from) ? 'salvor.yaml names no admin' : 'Harbor before 1.5 has no such mode';
  return [`It is not made read-only first, since ${why}: pushes under way when it stops are cut off.`];
}

function wayBackInWords({ decided, registry }: UpgradePlan): Text {
  const [first] = decided.hops;
  const from = first?.variables.from ?? '';
  const database =
    registry.database === 'external'
      ? 'whoever keeps the database outside must have a copy, and put it back as well'
      : `the database is put back as well, from the copy in ${decided.shared.harbor_work}/before-${from}`;
  const point = first?.variables.migrate_database ? 'the database is migrated' : `${first?.variables.to} is installed`;
  return `Until ${point}: the install directory of ${from} is put back and started, as it was. From then on ${database}, which loses what was pushed since.`;
}
