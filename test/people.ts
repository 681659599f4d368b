import type { Access, Actor } from '../src/chatops/access.ts';

const person = (id: string, name: string, ...grants: Access[]): Actor => ({
  kind: 'person',
  id,
  team: 'T0LOCAL',
  name,
  grants,
});
const on = (role: Access['role'], ...clusters: string[]): Access[] =>
  clusters.map((cluster) => ({ role, target: cluster }));

/** Alice operates both clusters, Otto only staging, Bob and Carol approve prod-1, Vera looks at prod-1, Eve may do nothing. */
export const people = {
  alice: person('U0ALICE', 'Alice', ...on('operator', 'prod-1', 'staging')),
  otto: person('U0OTTO', 'Otto', ...on('operator', 'staging')),
  bob: person('U0BOB', 'Bob', ...on('approver', 'prod-1')),
  carol: person('U0CAROL', 'Carol', ...on('approver', 'prod-1')),
  vera: person('U0VERA', 'Vera', ...on('viewer', 'prod-1')),
  eve: person('U0EVE', 'Eve'),
} satisfies Record<string, Actor>;

const onRegistry = (id: string, name: string, role: Access['role']): Actor =>
  person(id, name, { role, target: 'reg-eu' });

/** The same people on the registry reg-eu: Alice operates it, Bob and Carol approve, Vera looks. */
export const registryPeople = {
  alice: onRegistry('U0ALICE', 'Alice', 'operator'),
  bob: onRegistry('U0BOB', 'Bob', 'approver'),
  carol: onRegistry('U0CAROL', 'Carol', 'approver'),
  vera: onRegistry('U0VERA', 'Vera', 'viewer'),
} satisfies Record<string, Actor>;
