import type { Approved, RunContext } from '../../../chatops/job.ts';
import type { Ansible } from '../../../ports/ansible.ts';
import type { Clock } from '../../../ports/clock.ts';
import type { CommitOptions, Harbor } from '../../../ports/harbor.ts';
import type { Decided } from './decided.ts';
import type { Migrated } from './run-tags.ts';

export interface UpgradePorts {
  readonly ansible: Ansible;
  readonly harbor: Harbor;
  readonly clock: Clock;
}

/** One run of an upgrade: what its steps work with. */
export interface UpgradeSite {
  readonly ports: UpgradePorts;
  readonly decided: Decided;
  readonly context: RunContext;
  readonly approved: Pick<Approved, 'keep' | 'journal' | 'mayStop'>;
  /** How each configuration was changed, by version, in this run. */
  readonly migrated: Map<string, Migrated>;
}

/** Who was frozen while it asked changes nothing any more once it wakes: others may have gone on, or back. */
export const committing = ({ signal, stillOurs }: RunContext): CommitOptions => ({ signal, beforeCommit: stillOurs });
