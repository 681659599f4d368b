import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

/** A table of facts, a file `name` in `folder`: read and parsed when first asked for, so that only who needs it pays. */
export function lazily<T>(folder: string, name: string, shape: z.ZodType<T>): () => T {
  let table: T | undefined;
  return () => {
    table ??= shape.parse(JSON.parse(readFileSync(join(folder, name), 'utf8')));
    return table;
  };
}
