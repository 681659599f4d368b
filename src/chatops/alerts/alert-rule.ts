/**
 * How far Salvor may go by itself. `suggest`: it asks the facts and offers the action. `auto-read`: the action, which only reads, comes by itself too.
 * `auto-write`: so does a snapshot, once every guard lets it pass. What is dangerous can only ever be offered.
 */
export type AlertMode = 'suggest' | 'auto-read' | 'auto-write';

/** One rule of salvor.yaml: what an alert of this name means here. No alert without a rule starts anything. */
export interface AlertRule {
  readonly name: string;
  /** Its `alertname`, exactly. */
  readonly alert: string;
  /** Labels that it must have besides, exactly so. */
  readonly match: Readonly<Record<string, string>>;
  /** Reading commands whose answers are wanted at once, each of the target alone: 'leaders', 'backups'. */
  readonly facts: readonly string[];
  /** The command that is offered, of the target alone. */
  readonly action?: string;
  readonly mode: AlertMode;
  /** No automatic write of this rule on the same target before. */
  readonly cooldownMs: number;
  /** Automatic writes of this rule on a target within 24 hours, at most. */
  readonly perDay: number;
  /** What people should know, in a sentence of whoever keeps salvor.yaml. */
  readonly advice?: string;
}
