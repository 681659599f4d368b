/** Every key carries this tag, so that all of them share one hash slot and a script may touch several in a Redis Cluster. */
export const prefix = '{salvor}:';

/** The names of what lies in Redis. Scripts build the same names from `prefix`. */
export const keys = {
  run: (id: string) => `${prefix}run:${id}`,
  log: (id: string) => `${prefix}log:${id}`,
  /** Of the report of an ended run, for a while. */
  files: (id: string) => `${prefix}files:${id}`,
  /** Ids by time of creation: of all runs, and of one target. */
  runs: `${prefix}runs`,
  runsOf: (target: string) => `${prefix}runs:${target}`,
  /** Ids of runs that have not ended, by time of creation. */
  open: `${prefix}open`,
  lock: (lock: string) => `${prefix}lock:${lock}`,
  /** By the schedule's id: what became of its runs, and when it was last skipped. */
  schedules: `${prefix}schedules`,
  skips: `${prefix}schedules:skips`,
  /** By `<job>/<target>`: the last measures, and when one last went well. */
  measures: `${prefix}measures`,
  successes: `${prefix}successes`,
  /** Where workers hear that a run is to stop. */
  cancellations: `${prefix}cancellations`,
  outbox: `${prefix}outbox`,
  allowance: (name: string) => `${prefix}allowance:${name}`,
  seen: (key: string) => `${prefix}seen:${key}`,
  shelf: (key: string) => `${prefix}shelf:${key}`,
  /** By target: who may change it now; and the highest fencing number there ever was. */
  leases: `${prefix}leases`,
  fences: `${prefix}fences`,
  approval: (id: string) => `${prefix}approval:${id}`,
  /** Ids of those that somebody has to look after. */
  unsettled: `${prefix}approvals:unsettled`,
  /** What was done of a plan, by its approval. */
  journal: (approval: string) => `${prefix}journal:${approval}`,
  /** By target, or 'all'. */
  freezes: `${prefix}freezes`,
  /** By what all threads of a group of alerts have in common: the last of them. */
  alerts: (group: string) => `${prefix}alerts:group:${group}`,
  /** Ids of alert threads that fire. */
  firing: `${prefix}alerts:firing`,
  /** When a rule wrote by itself, `<rule>/<target>`. */
  acted: (of: string) => `${prefix}alerts:acted:${of}`,
  /** Who opened their Home, by when; and what it showed last. */
  homes: `${prefix}homes`,
  homesShown: `${prefix}homes:shown`,
  audit: `${prefix}audit`,
  /** A vote that waits for a proof, by the SHA-256 of its ticket. */
  ticket: (digest: string) => `${prefix}ticket:${digest}`,
  workers: (site: string) => `${prefix}workers:${site}`,
  /** BullMQ puts its own names behind this. */
  queues: `${prefix}queue`,
} as const;
