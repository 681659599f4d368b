import { clock } from './clock.ts';
import { configVersion } from './config-version.ts';
import { contents } from './contents.ts';
import type { Danger } from './danger.ts';
import { dataDate } from './data-date.ts';
import { dirtySchema } from './dirty-schema.ts';
import { disk } from './disk.ts';
import { docker } from './docker.ts';
import { emptyDatabase } from './empty-database.ts';
import { externalDatabase } from './external-database.ts';
import { health } from './health.ts';
import { installation } from './installation.ts';
import { internalTls } from './internal-tls.ts';
import { invalidFlag } from './invalid-flag.ts';
import { leftovers } from './leftovers.ts';
import { losses } from './losses.ts';
import { mariadb } from './mariadb.ts';
import { memory } from './memory.ts';
import { packages } from './packages.ts';
import { probeKill } from './probe-kill.ts';
import { readOnly } from './read-only.ts';
import { releaseNotes } from './release-notes.ts';
import { replication } from './replication.ts';
import { runningJobs } from './running-jobs.ts';
import { severalDatabases } from './several-databases.ts';
import { storage } from './storage.ts';

/** In the order in which people would look. */
export const dangers: readonly Danger[] = [
  ...[emptyDatabase, severalDatabases, mariadb, dirtySchema, externalDatabase, losses],
  ...[contents, installation, configVersion, invalidFlag, packages],
  ...[disk, memory, docker, clock, leftovers],
  ...[health, readOnly, runningJobs, replication, storage, internalTls],
  ...[releaseNotes, probeKill, dataDate],
];
