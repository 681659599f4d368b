import type { HarborComponent, HarborJob, HarborSystem } from '../../../ports/harbor.ts';
import type { Piece } from '../../findings/piece.ts';
import type { OptionalPart } from '../path/flags.ts';

/** How much there is, as far as the account sees. */
export interface Contents {
  readonly projects: number;
  readonly repositories: number;
  readonly artifacts: number;
  /** Harbor 1.x counts tags. */
  readonly counted: 'artifacts' | 'tags';
  /** How many projects there are, where anybody tells: the account may see fewer. */
  readonly allProjects?: number | undefined;
  /** What its images take; undefined where the account may not know. */
  readonly storageBytes?: number | undefined;
}

/** Another registry with which it replicates. */
export interface Partner {
  readonly name: string;
  /** '1.8.6' of a Harbor; undefined where it is another kind of registry. */
  readonly version: Piece<string | undefined>;
}

export interface Installation {
  readonly directory: string;
  readonly exists: boolean;
  /** A file system begins there: such a directory cannot be renamed. */
  readonly isMount: boolean;
  /** As its docker-compose.yml or its archive of images says. */
  readonly version?: string | undefined;
  readonly configFile?: string | undefined;
  /** `_version` of the configuration; Harbor before 1.5 wrote none. */
  readonly configVersion?: string | undefined;
  /** Where it has its bundled database, if that is not in the data directory of salvor.yaml. */
  readonly databaseElsewhere?: string | undefined;
}

/** What the configuration says, without secrets. */
export interface Configuration {
  readonly hostname: string | undefined;
  /** The driver of the registry's storage: 'filesystem', 's3'. */
  readonly storage: string;
  readonly hasExternalDatabase: boolean;
  /** From 2.0 on there may be. */
  readonly hasInternalTls: boolean;
}

/** A directory with files of PostgreSQL. */
export interface PostgresDirectory {
  /** Within the data directory: 'database', 'database/pg13'. */
  readonly directory: string;
  /** Its PG_VERSION: '9.6', '13'. */
  readonly version: string;
}

/** Whether the password of harbor.cfg lets a migrator into the MariaDB of a Harbor before 1.6; never the password itself. 'none': there is no MariaDB. */
export type MariaDbAccess = 'works' | 'missing' | 'refused' | 'differs' | 'unusable' | 'untried' | 'none';

/** A place on the host that an upgrade fills; several may lie on one file system. */
export interface Room {
  readonly use: 'data' | 'install' | 'work' | 'docker';
  readonly freeBytes: number;
}

export interface OfflineInstaller {
  readonly file: string;
  /** '2.12.3'. */
  readonly version: string;
  readonly bytes: number;
  /** As the file beside it says. */
  readonly sha256?: string | undefined;
}

/** Everything that a plan to upgrade a registry rests on, as of one moment. */
export interface Observed {
  readonly registry: string;
  readonly at: Date;
  /** A release of the chart harbor-helm has no install directory. */
  readonly deployment: 'compose' | 'helm';
  /** As salvor.yaml says. */
  readonly database: 'bundled' | 'external';
  readonly system: Piece<HarborSystem>;
  readonly health: Piece<readonly HarborComponent[]>;
  readonly contents: Piece<Contents>;
  /** Besides the first administrator. */
  readonly users: Piece<number>;
  /** Versions of Helm charts in ChartMuseum; 0 where there is none. */
  readonly charts: Piece<number>;
  /** Signed by Notary; 0 where there is none. */
  readonly signedTags: Piece<number>;
  readonly jobs: Piece<readonly HarborJob[]>;
  readonly partners: Piece<readonly Partner[]>;
  readonly install: Piece<Installation>;
  readonly configuration: Piece<Configuration>;
  /** The optional parts that are in use. */
  readonly parts: Piece<readonly OptionalPart[]>;
  /** Flags that the wrapper script passes to the installer; none where there is no such script. */
  readonly wrapperFlags: Piece<readonly string[]>;
  readonly postgres: Piece<readonly PostgresDirectory[]>;
  readonly mariadb: Piece<MariaDbAccess>;
  /** All that lies in the directory of the bundled database, before 1.6 with those of Notary and Clair. */
  readonly databaseBytes: Piece<number>;
  /** The version of the PostgreSQL outside: '14.12'. */
  readonly externalPostgres: Piece<string>;
  readonly schema: Piece<{ readonly version: string; readonly isDirty: boolean }>;
  readonly rooms: Piece<readonly Room[]>;
  readonly memoryBytes: Piece<number>;
  /** '27.3.1'. */
  readonly docker: Piece<string>;
  readonly compose: Piece<string>;
  readonly packages: Piece<readonly OfflineInstaller[]>;
  /** On the host, where packages are looked for. */
  readonly packagesDirectory: string;
  /** What earlier upgrades left on the host, by whole paths. */
  readonly leftovers: Piece<readonly string[]>;
  /** What the host's clock said at `at`. */
  readonly clock: Piece<Date>;
}
