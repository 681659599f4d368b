import { z } from 'zod';

/** A release of Kubernetes; the minor alone where no more is said, as in `1.34`. */
export interface Release {
  readonly text: string;
  readonly minor: number;
  readonly patch: number | undefined;
}

/** 'v1.34.2', '1.34', 'v1.33.4+k3s1', '1.37.0-rc.0' alike; undefined where it is none. Kubernetes has had one major version only. */
export function releaseOf(text: string): Release | undefined {
  const [found, minor, patch] = /^v?1\.(\d{1,3})(?:\.(\d{1,4}))?(?:[-+][\w.+-]*)?$/.exec(text.trim()) ?? [];
  if (found === undefined) return undefined;
  return {
    text: found.replace(/^v/, ''),
    minor: Number(minor),
    patch: patch === undefined ? undefined : Number(patch),
  };
}

/** 34 -> '1.34'. */
export const minorInWords = (minor: number): string => `1.${minor}`;

/** '1.34' in a table of facts, as the number 34. */
export const Minor = z
  .string()
  .regex(/^1\.\d+$/)
  .transform((text) => Number(text.slice(2)));
