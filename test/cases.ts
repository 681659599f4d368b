import { inject } from 'vitest';

declare module 'vitest' {
  interface ProvidedContext {
    readonly casesFactor: number;
  }
}

/** With how many cases a property is tried: `usual` in `npm test`, fifty times as many in `npm run thorough`, and as many as SALVOR_CASES says. */
export const cases = (usual: number): { readonly numRuns: number } => ({ numRuns: usual * inject('casesFactor') });

/** `npm run thorough`: what is done over and over, at length. */
export const isThorough = inject('casesFactor') > 1;
