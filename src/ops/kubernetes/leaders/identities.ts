import { z } from 'zod';
import { identityAliveMs, identityLabel } from './election-facts.ts';
import { lockOfLease } from './lock.ts';

/** Label selectors: API servers have Leases to be counted by, where nobody leads. */
export const onlyIdentities = `${identityLabel.name}=${identityLabel.value}`;
export const noIdentities = `${identityLabel.name}!=${identityLabel.value}`;

/** An API server, as its identity Lease tells of it. All are active: none of them leads. */
export interface ApiServer {
  /** 'apiserver-25uiiall6mndm6qe6t4yu6qciu' */
  readonly name: string;
  readonly host: string;
  /** 'cp-1.example:6443': where others reach it, if it tells. */
  readonly address: string | undefined;
  /** Since it last renewed, by the clock of the one that told; undefined of one that never did. */
  readonly ageMs: number | undefined;
  readonly isAlive: boolean;
}

const Identity = z.object({
  metadata: z.object({
    name: z.string(),
    labels: z.record(z.string(), z.string()).nullish(),
    annotations: z.record(z.string(), z.string()).nullish(),
  }),
});

/** Whether a Lease of kube-system is one of those that API servers are counted by. */
export function isIdentity(object: unknown): boolean {
  const { success, data } = Identity.safeParse(object);
  return success && data.metadata.labels?.[identityLabel.name] === identityLabel.value;
}

/** Of an identity Lease. Source: KEP-1965; the address is there where API servers ask each other (KEP-4020). */
export function apiServerOf(object: unknown, at: Date): ApiServer {
  const { name, labels, annotations } = Identity.parse(object).metadata;
  const { renewedAt } = lockOfLease(object);
  const ageMs = renewedAt && Math.max(0, at.getTime() - renewedAt.getTime());
  const address = annotations?.['kubernetes.io/peer-advertise-address'];
  return {
    ...{
      name,
      host: labels?.['kubernetes.io/hostname'] ?? name,
      ageMs,
      isAlive: ageMs !== undefined && ageMs <= identityAliveMs,
    },
    address: address !== undefined && hostAndPort.test(address) ? address : undefined,
  };
}

/** It becomes part of a URL. */
export const hostAndPort = /^([\w.-]+|\[[0-9a-fA-F:]+\]):\d{1,5}$/;
