/** Who looks at their Home, and what it shows. Throws Fault (port 'homes') at once when Redis cannot be asked. */
export interface Homes {
  /** Somebody opened it just now. */
  opened(user: string): Promise<void>;
  /** Who opened theirs within the last hours, the latest first. */
  watched(): Promise<readonly string[]>;
  /** What it showed last, as a digest; undefined where that is not known. */
  shown(user: string): Promise<string | undefined>;
  show(user: string, digest: string): Promise<void>;
}
