export interface Reader {
  /** The moment it is read, milliseconds since 1970. */
  readonly now: number;
  /** BCP 47; the browser's or machine's own when absent. */
  readonly locale?: string;
  /** IANA name; the browser's or machine's own when absent. */
  readonly timeZone?: string;
}

/** Slack's date tokens (`{date_short} at {time}`) filled in for `reader`; unknown tokens stay as they are. */
export function formatDate(timestampSeconds: number, format: string, reader: Reader): string;
/** `just now`, `4 minutes ago`, `in 41 minutes`. */
export function ago(timestampSeconds: number, now: number): string;
