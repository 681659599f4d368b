import type { Text } from '../../../chatops/report.ts';

/** Something that is not as it should be. Its words stay the same while it lasts: what is said anew is news. */
export interface Finding {
  readonly what: string;
  /** Something does not work, or soon will not. */
  readonly isBad: boolean;
  readonly next: Text;
}
