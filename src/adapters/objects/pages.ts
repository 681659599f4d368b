import type { Asked } from './fault-table.ts';
import { failure, type Way } from './way.ts';

/** What is asked for, page by page. */
interface Paging<Page, Place> {
  readonly way: Way;
  readonly asked: Pick<Asked, 'operation' | 'key'>;
  readonly first: Place;
  pageAt(place: Place): Promise<Page>;
  /** Where a page says that the listing goes on; undefined where it does not say. */
  placeAfter(page: Page): Place | undefined;
}

/**
 * The pages of a listing, to its end. Throws what `pageAt` throws, and Fault S3_BROKEN_LISTING where the store or a proxy before it answers
 * something else than a listing, breaks off in the middle or goes in circles: half a listing that looks like a whole one would have data
 * removed whose manifests are in the other half.
 */
export async function* pages<Page extends { readonly IsTruncated?: boolean | undefined }, Place>({
  way,
  asked,
  first,
  pageAt,
  placeAfter,
}: Paging<Page, Place>): AsyncGenerator<Page> {
  const broken = (why: string) => failure(way, asked, Object.assign(new Error(why), { code: 'BrokenListing' }));
  const been = new Set<string>();
  for (let place = first; ; ) {
    const page = await pageAt(place);
    // Every store says it, on every page: what lacks it is the answer of something else.
    if (page.IsTruncated === undefined) throw broken('it does not say whether more follows');
    yield page;
    if (!page.IsTruncated) return;
    const next = placeAfter(page);
    if (next === undefined) throw broken('it says that more follows and not where');
    const name = JSON.stringify(next);
    if (been.has(name)) throw broken('it goes in circles');
    been.add(name);
    place = next;
  }
}
