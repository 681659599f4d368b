import { Refusal } from '../../src/chatops/errors.ts';

/** What is said where something is refused. Throws where it is accepted, or fails otherwise. */
export function refusalOf(work: () => unknown): string {
  try {
    work();
  } catch (error) {
    if (error instanceof Refusal) return error.message;
    throw error;
  }
  throw new Error('was accepted');
}
