import type { ObjectFacts } from '../../../ports/objects.ts';

/** A listing in the order of stems, read beside another one. */
export interface SideListing {
  /** Its objects of this stem. To be asked for stems in their order; reads no further than it must. */
  at(stem: string): Promise<readonly ObjectFacts[]>;
}

/** Asks for the first page at once, so that it comes while the other listing is waited for. */
export function beside(
  listing: AsyncIterable<ObjectFacts>,
  stemOfKey: (key: string) => string | undefined,
): SideListing {
  const iterator = listing[Symbol.asyncIterator]();
  let next = iterator.next();
  next.catch(() => undefined);
  let time = '';
  const ofThisTime = new Map<string, ObjectFacts[]>();

  return {
    async at(stem) {
      const wanted = timeOf(stem);
      if (wanted !== time) ofThisTime.clear();
      time = wanted;
      for (let step = await next; !step.done; step = await next) {
        const found = stemOfKey(step.value.key);
        // By the time alone: endings mix up the order of stems where one begins with another.
        if (found !== undefined && timeOf(found) > wanted) break;
        if (found !== undefined && timeOf(found) === wanted)
          ofThisTime.set(found, [...(ofThisTime.get(found) ?? []), step.value]);
        next = iterator.next();
      }
      return ofThisTime.get(stem) ?? [];
    },
  };
}

export const nothingBeside: SideListing = { at: async () => [] };

const timeOf = (stem: string): string => stem.slice(0, 13);
