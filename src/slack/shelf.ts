/** Where what Slack said is kept for a while: memory, or Redis so that all processes ask once. */
export interface Shelf {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, lifetimeMs: number): Promise<void>;
}

export function memoryShelf(now: () => number = Date.now): Shelf {
  const entries = new Map<string, { readonly value: string; readonly untilMs: number }>();
  return {
    async get(key) {
      const entry = entries.get(key);
      if (entry && entry.untilMs > now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    async set(key, value, lifetimeMs) {
      entries.set(key, { value, untilMs: now() + lifetimeMs });
    },
  };
}
