/** A certificate as a server shows it to whoever connects. */
export interface ServedCertificate {
  /** When it runs out. */
  readonly until: Date;
  /** When it was shown, by the clock of who looked: the server's own clock does not count for others either. */
  readonly at: Date;
}
