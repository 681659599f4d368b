import { isBefore } from '../path/versions.ts';
import type { Decided, DecidedHop } from './decided.ts';
import type { HarborTag } from './playbook.ts';

/** What Salvor does by itself, through Harbor's API and its registry. */
export type OwnWork = 'read-only' | 'wait-for-jobs' | 'write-down' | 'healthy' | 'compare' | 'probe' | 'writable';

/** A step of an upgrade: tags of the playbook, in one run of it, or work of Salvor's own. */
export interface HarborStep {
  readonly name: string;
  readonly does:
    | { readonly kind: 'playbook'; readonly tags: readonly HarborTag[] }
    | { readonly kind: 'own'; readonly work: OwnWork };
  /** Absent of what concerns the host alone. */
  readonly hop?: DecidedHop;
  readonly changes: string;
  readonly isPointOfNoReturn?: boolean;
  /** After it somebody must say that it is to go on: this version is verified, and the next one is another matter. */
  readonly isPausedAfter?: boolean;
}

export const isTag =
  (tag: HarborTag) =>
  ({ does }: HarborStep): boolean =>
    does.kind === 'playbook' && does.tags.includes(tag);
export const isOwn =
  (work: OwnWork) =>
  ({ does }: HarborStep): boolean =>
    does.kind === 'own' && does.work === work;

/** The steps of what was decided, in order. Always the same for the same decision. */
export function harborSteps(decided: Decided): readonly HarborStep[] {
  const { hops } = decided;
  return [
    { name: 'Check the host', does: { kind: 'playbook', tags: ['look'] }, changes: 'nothing' },
    // All that takes long or may be missing is done while the first version still runs, for every hop.
    ...hops.map(brought),
    ...hops.flatMap((hop, nth) => upgraded(decided, hop, nth)),
    {
      ...{ name: 'Clear away', does: { kind: 'playbook', tags: ['clear-away'] } },
      changes: 'nothing: unpacked packages and copies of configurations are deleted',
    },
  ];
}

function brought(hop: DecidedHop): HarborStep {
  const { to } = hop.variables;
  return {
    ...{ name: `Load the images of ${to}`, hop, does: { kind: 'playbook', tags: ['fetch', 'load'] } },
    changes: `nothing: the images of ${to} lie on the host`,
  };
}

function upgraded(decided: Decided, hop: DecidedHop, nth: number): readonly HarborStep[] {
  const { hasAdmin, pauses, shared, hops, probeProject } = decided;
  const { from, to } = hop.variables;
  const isLast = nth === hops.length - 1;
  const tags = (name: string, all: readonly HarborTag[], changes: string): HarborStep => ({
    ...{ name, hop, does: { kind: 'playbook', tags: all }, changes },
  });
  const own = (name: string, work: OwnWork, changes: string): HarborStep => ({
    ...{ name, hop, does: { kind: 'own', work }, changes },
  });
  const aside = `${shared.harbor_dir}.before-${shared.harbor_mark}-${from}`;
  const { migrate_database: migrates } = hop.variables;
  const kind = migrates?.leaves ? `, PostgreSQL ${migrates.leaves.expects}` : '';
  const migrated = `the database is that of ${to}${kind}; what it was is ${shared.harbor_data}/database.before-${shared.harbor_mark}-${from}`;
  const converted = hop.converts ? `, which converts PostgreSQL ${hop.converts.from} to ${hop.converts.to}` : '';
  const writable =
    probeProject === undefined
      ? `${shared.harbor_name} may be written to again, in ${to}`
      : `${shared.harbor_name} may be written to again, in ${to}: a probe image is pushed to ${probeProject}`;
  const first = nth === 0 ? { isPointOfNoReturn: true } : {};
  const steps = [
    ...(isMadeReadOnly(decided, from)
      ? [own(`Make ${from} read-only`, 'read-only', `${shared.harbor_name} is read-only before ${to}`)]
      : []),
    own(`Wait for the jobs of ${from}`, 'wait-for-jobs', 'nothing'),
    own(`Write down what ${from} holds`, 'write-down', 'nothing'),
    tags(`Stop ${from}`, ['down'], `Harbor ${from} is stopped`),
    tags(`Copy the database of ${from}`, ['copy-data'], `nothing: a copy lies in ${shared.harbor_work}/before-${from}`),
    tags(`Set ${from} aside`, ['move-aside'], `the install directory of ${from} is set aside as ${aside}`),
    tags(`Unpack ${to}`, ['unpack'], `Harbor ${to} lies in ${shared.harbor_dir}`),
    tags(`Migrate the configuration to ${to}`, ['migrate-config'], `the configuration is that of ${to}`),
    tags(`Prepare ${to}`, ['prepare'], `Harbor ${to} is prepared`),
    // From its first schema on an older Harbor cannot read the database: each later hop is past that already.
    ...(migrates ? [{ ...tags(`Migrate the database to ${to}`, ['migrate-database'], migrated), ...first }] : []),
    {
      ...tags(`Install ${to}`, ['install'], `Harbor ${to} is started, and migrates the database${converted}`),
      ...(migrates ? {} : first),
    },
    own(`Wait until ${to} is healthy`, 'healthy', 'nothing'),
    own(`Compare what ${to} holds`, 'compare', 'nothing'),
    own(
      `Pull from ${to}`,
      'probe',
      hasAdmin || probeProject === undefined ? 'nothing' : `nothing: a probe image is pushed to ${probeProject}`,
    ),
    ...(hasAdmin ? [own(`Make ${to} writable`, 'writable', writable)] : []),
  ];
  return steps.map((step, at) =>
    pauses && !isLast && at === steps.length - 1 ? { ...step, isPausedAfter: true } : step,
  );
}

/** Whether nobody can push or delete from before it is written down until the next is compared. */
export const isMadeReadOnly = ({ hasAdmin }: Pick<Decided, 'hasAdmin'>, version: string): boolean =>
  hasAdmin && hasReadOnly(version);

/** Before 1.5 there is no such mode. */
export const hasReadOnly = (version: string): boolean => !isBefore(version, '1.5');
