/** A condition on a label, as Alertmanager has them. */
export interface Matcher {
  readonly name: string;
  readonly value: string;
  readonly isRegex: boolean;
}

export interface Silence {
  readonly matchers: readonly Matcher[];
  readonly from: Date;
  readonly until: Date;
  /** Who, in words. */
  readonly by: string;
  readonly comment: string;
}

/** The Alertmanager of salvor.yaml. Throws Fault (port 'alertmanager'). */
export interface Alertmanager {
  /** Fingerprints of what fires now with all these labels, and is neither silenced nor inhibited. */
  firing(labels: Readonly<Record<string, string>>): Promise<ReadonlySet<string>>;
  /** Answers the id of the silence. */
  silence(silence: Silence): Promise<string>;
}
