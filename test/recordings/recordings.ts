import { readFileSync } from 'node:fs';
import { z } from 'zod';

const Exchange = z.object({
  note: z.string().optional(),
  as: z.string(),
  request: z.object({
    method: z.string(),
    path: z.string(),
    query: z.record(z.string(), z.string()).default({}),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
  }),
  response: z.object({
    status: z.number().optional(),
    headers: z.record(z.string(), z.string()).default({}),
    body: z.unknown().optional(),
    events: z.array(z.object({ afterMs: z.number(), line: z.string() })).optional(),
  }),
});
export type Exchange = z.infer<typeof Exchange>;

/** What a real kube-apiserver v1.36.2 said, recorded; managedFields are left out. `README.md` beside this file says how they were made. */
export function recorded(name: string): readonly Exchange[] {
  const text = readFileSync(new URL(`${name}.json`, import.meta.url), 'utf8');
  return z.object({ exchanges: z.array(Exchange) }).parse(JSON.parse(text)).exchanges;
}

const List = z.object({ items: z.array(z.unknown()) });

/** The objects of each answer that is a list, with when it was given. */
export const listsIn = (
  name: string,
  path: string,
): readonly { readonly items: readonly unknown[]; readonly at: Date }[] =>
  recorded(name).flatMap(({ request, response }) => {
    const list = List.safeParse(response.body);
    const isMeant = request.path === path && list.success;
    return isMeant ? [{ items: list.data.items, at: new Date(response.headers.date ?? '') }] : [];
  });
