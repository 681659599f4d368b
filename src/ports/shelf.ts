/** Where what was asked of somebody slow is kept for a while, so that all processes ask once. */
export interface Shelf {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, lifetimeMs: number): Promise<void>;
}
