import type { Fact } from '../../../chatops/report.ts';

interface Named {
  readonly id: string;
  readonly takenAt: Date;
}

/** Which backup a report is about: its id, and when it was taken in the reader's own time. */
export const backupFact = ({ id, takenAt }: Named): Fact => ({
  label: 'Backup',
  value: [{ code: id }, ', taken ', { time: takenAt.toISOString() }],
});
