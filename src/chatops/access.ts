import { z } from 'zod';

export const Role = z.enum(['viewer', 'operator', 'approver']);
export type Role = z.infer<typeof Role>;

/** What a payload demands, and what an actor may hold: a role on what it is done to, by its name in salvor.yaml. */
export const Access = z.object({ role: Role, target: z.string() });
export type Access = z.infer<typeof Access>;

/** Who asks. `grants` is what they held when they asked; ids count, never names. */
export const Actor = z.object({
  kind: z.enum(['person', 'terminal', 'schedule', 'alert']),
  id: z.string(),
  team: z.string().optional(),
  name: z.string(),
  grants: z.array(Access).readonly(),
});
export type Actor = z.infer<typeof Actor>;

export type Verdict =
  | { readonly kind: 'yes' }
  | { readonly kind: 'no'; readonly reason: string; readonly next: string };

/** An operator or an approver may also look; an approver may not operate, and an operator may not approve. */
const implied: Readonly<Record<Role, readonly Role[]>> = {
  viewer: ['viewer', 'operator', 'approver'],
  operator: ['operator'],
  approver: ['approver'],
};

/** Whether `actor` holds what is needed. Default is no; the reason is a sentence to the person. */
export function authorise(actor: Actor, needs: Access): Verdict {
  const sufficient = implied[needs.role];
  const holds = actor.grants.some((grant) => grant.target === needs.target && sufficient.includes(grant.role));
  if (holds) return { kind: 'yes' };
  return {
    kind: 'no',
    reason: `This takes the ${needs.role} right on ${needs.target}, which you do not have.`,
    next: `Ask whoever keeps salvor.yaml to add you to the ${needs.role}s of ${needs.target}.`,
  };
}

/** For records: what counts (kind and id), and the name for people. */
export const actorInWords = ({ kind, id, name }: Pick<Actor, 'kind' | 'id' | 'name'>): string =>
  name === id ? `${kind} ${id}` : `${kind} ${id} (${name})`;
