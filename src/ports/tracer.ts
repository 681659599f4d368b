/** What a span says of itself: names of jobs and targets, ids of runs. Never what people typed, payloads or secrets. */
export type Facts = Readonly<Record<string, string | number | boolean>>;

/** Adds facts that became known only meanwhile. */
export type Note = (facts: Facts) => void;

/** Tells a collector of traces what was done and how long it took. Never throws of its own, and never waits for the collector. */
export interface Tracer {
  /** What comes in from outside: it begins a trace, or is a part of the one under way. Answers and throws as `work` does. */
  entering<T>(name: string, facts: Facts, work: (note: Note) => T): T;
  /** A part of what is under way; outside of a trace nothing is told. Answers and throws as `work` does. */
  within<T>(name: string, facts: Facts, work: (note: Note) => T): T;
  /**
   * What is under way is about these runs, approvals or groups of alerts, by their ids. They outlive traces: it is linked to what other traces did about them
   * before, and those that come later are linked to it. The first time in each trace; outside of a trace nothing is told. Never throws.
   */
  about(...ids: readonly string[]): Promise<void>;
}
