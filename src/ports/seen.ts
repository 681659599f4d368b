/** Remembers what was handled, across processes, so that a delivery repeated by Slack has one effect. */
export interface Seen {
  /** True the first time a key is named within its lifetime; false afterwards. Fails (throws Fault) rather than guess. */
  first(key: string, lifetimeMs: number): Promise<boolean>;
  /** Forgets a key, so that a handling that failed can be repeated. */
  forget(key: string): Promise<void>;
}
