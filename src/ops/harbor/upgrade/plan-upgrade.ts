import { Refusal } from '../../../chatops/errors.ts';
import { counted, firstFew } from '../../../chatops/format.ts';
import type { RunContext } from '../../../chatops/job.ts';
import type { Registry } from '../../../ports/catalogue.ts';
import { assess, stopsOf } from '../dangers/assess.ts';
import type { Finding, Losable } from '../dangers/danger.ts';
import type { ObservePorts } from '../observe/observe.ts';
import { observe, observing } from '../observe/observe.ts';
import type { Observed } from '../observe/observed.ts';
import { usesOf, versionsAtHand } from '../observe/uses.ts';
import { migrationCommands } from '../path/commands.ts';
import { findPath } from '../path/find-path.ts';
import type { Hop } from '../path/hop.ts';
import { databaseMigration, filesOf, mustHaveTool } from './database-migration.ts';
import type { Decided, DecidedHop } from './decided.ts';
import { plainPath } from './in-words.ts';
import { placeOf } from './inventory.ts';
import { dockerOf, migratingIn, type SharedVariables } from './playbook.ts';

/** What people see while a plan is made, in order. */
export const planningSteps = [...observing, 'Find the way'] as const;
type PlanningStep = (typeof planningSteps)[number];

export interface PlanRequest {
  readonly registry: Registry;
  /** Letters and digits, of this upgrade alone: names what it leaves on the host. */
  readonly mark: string;
  /** '2.12', '2.12.3'. */
  readonly version: string;
  /** What people have acknowledged to lose. */
  readonly lose: readonly Losable[];
}

export interface UpgradePlan {
  readonly registry: Registry;
  readonly observed: Observed;
  readonly hops: readonly Hop[];
  /** None of them a stop. */
  readonly findings: readonly Finding[];
  readonly decided: Decided;
}

/** Looks at everything and decides. Changes nothing. Throws Refusal where there is no way, or something must be resolved first. */
export async function planUpgrade(
  ports: ObservePorts,
  { registry, mark, version, lose }: PlanRequest,
  context: Pick<RunContext, 'signal' | 'detail' | 'log'> & {
    step<T>(name: PlanningStep, work: () => Promise<T>): Promise<T>;
  },
): Promise<UpgradePlan> {
  const observed = await observe(ports, registry, mark, context);
  return context.step('Find the way', async () => {
    if ('gap' in observed.system) {
      throw new Refusal(`Nobody knows which version ${registry.name} runs.`, observed.system.gap.needs);
    }
    if ('gap' in observed.install) {
      throw new Refusal(`Nobody could look at the host of ${registry.name}.`, observed.install.gap.needs);
    }
    const hops = findPath({
      ...{ from: observed.system.known.version, to: version, database: registry.database },
      ...{ packages: versionsAtHand(observed), uses: usesOf(observed) },
    });
    context.detail(plainPath(hops));
    const findings = assess({ observed, hops, lose });
    const stops = stopsOf(findings);
    if (stops.length > 0) throw stopped(registry.name, hops, stops);
    const place = placeOf(registry, mark);
    const decided: Decided = {
      ...place,
      hops: hops.map((hop) => decidedHop(hop, observed, place.shared, registry.name)),
      hasAdmin: registry.hasAdmin,
      ...(registry.probeProject === undefined ? {} : { probeProject: registry.probeProject }),
      ...{ pauses: registry.pause, healthMs: registry.healthMs },
    };
    return { registry, observed, hops, findings, decided };
  });
}

function decidedHop(hop: Hop, observed: Observed, shared: SharedVariables, registry: string): DecidedHop {
  const { from, to, config, database, flags, dropped } = hop;
  const packages = 'known' in observed.packages ? observed.packages.known : [];
  const installer = packages.find((one) => one.version === to);
  if (!installer) throw new Error(`the package of ${to} is missing, and that is no stop`);
  const directory = `${shared.harbor_work}/config-${to}`;
  const places = {
    ...{ config: `${directory}/${config.before}`, newConfig: `${directory}/${config.after}` },
    data: migratingIn(shared),
  };
  const docker = dockerOf(shared);
  const commands = migrationCommands(hop, places, usesOf(observed).parts).commands.map((one) => ({
    ...one,
    argv: [...docker, ...one.argv.slice(1)],
  }));
  mustHaveTool(hop, commands, registry);
  const migration = commands.find(({ what }) => what === 'config');
  const forDatabase = databaseMigration(hop, commands);
  return {
    variables: {
      ...{ from, to, package: installer.file },
      ...(installer.sha256 === undefined ? {} : { package_sha256: installer.sha256 }),
      ...{ config_from: config.before, config_file: config.after, install_flags: flags },
      ...(migration && hop.image ? { migrate: { image: hop.image, argv: migration.argv } } : {}),
      ...(database?.before.version === undefined ? {} : { pg: filesOf(database.before) }),
      ...(forDatabase ? { migrate_database: forDatabase } : {}),
    },
    dropped,
    ...(database?.isConverted ? { converts: { from: database.before.version, to: database.after.version } } : {}),
  };
}

/** All of it at once, so that nobody resolves them one by one. */
function stopped(registry: string, hops: readonly Hop[], stops: readonly Finding[]): Refusal {
  const what = firstFew(stops.map(({ subject, evidence }) => `${subject}: ${evidence.replace(/\.$/, '')}`));
  return new Refusal(
    `${registry} cannot be upgraded yet (${plainPath(hops)}): ${counted(stops.length, 'thing')} must be resolved first. ${what}.`,
    stops.map(({ subject, next }) => `${subject}: ${next}`).join(' '),
  );
}
