import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';

/** A table of facts of this folder: read and parsed when first asked for, so that only who asks for an upgrade pays. */
export function lazily<T>(name: string, shape: z.ZodType<T>): () => T {
  let table: T | undefined;
  return () => {
    table ??= shape.parse(JSON.parse(readFileSync(join(import.meta.dirname, name), 'utf8')));
    return table;
  };
}
