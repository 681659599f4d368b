import { Fault } from '../../chatops/errors.ts';

/** Something that could not be read, and why: a right that is missing says nothing of the cluster. */
export interface Gap {
  /** 'who leads': what nobody knows therefore. */
  readonly what: string;
  readonly fault: Fault;
}

/** What was found, or the gap in its place. What is no Fault is a mistake of ours and stays one. */
export async function orGap<T>(what: string, look: () => Promise<T>): Promise<T | Gap> {
  try {
    return await look();
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return { what, fault };
  }
}

export const isGap = (found: unknown): found is Gap =>
  typeof found === 'object' && found !== null && 'fault' in found && found.fault instanceof Fault;
