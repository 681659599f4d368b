import { z } from 'zod';
import { Fault } from '../../chatops/errors.ts';
import type { Piece } from './piece.ts';

/**
 * Looks, and answers what was found, or the gap: which right or address is missing says the Fault. What is not as `whose` words it is one too, and never a
 * reason to say nothing at all. Anything else is a mistake of ours and stays one.
 */
export const gapsFrom =
  (whose: string) =>
  async <T>(what: string, look: () => Promise<T>): Promise<Piece<T>> => {
    try {
      return { known: await look() };
    } catch (error) {
      if (error instanceof z.ZodError) {
        // Where it is otherwise than expected; never what stands there.
        const where = error.issues[0]?.path.join('.') || 'its beginning';
        return { gap: { what, needs: `${whose} is not understood at ${where}: look yourself.` } };
      }
      if (!(error instanceof Fault)) throw error;
      return { gap: { what, needs: `${error.message} ${error.next ?? ''}`.trim() } };
    }
  };
