/** What was noted of the pages of a bbolt file, by their numbers. About eleven bytes a page. */
export interface PageTable {
  setBranch(page: number, children: Uint32Array): void;
  setLeaf(page: number, entries: number): void;
  /** A revision among the page's keys. */
  noteRevision(page: number, revision: number): void;
  /** The page holds keys that are no revisions, or that could not be read. */
  noteOther(page: number): void;
  addBucket(page: number, bucket: BucketRoot): void;
  /** A number for a page that lies inside another one. */
  newInlinePage(): number;

  /** The buckets named on the leaves under a page; undefined like `contentUnder`. */
  bucketsUnder(page: number): readonly BucketRoot[] | undefined;
  /**
   * What the leaves under a page hold, as the tree is at the end; marks them as reached. Undefined when the tree has a hole: a page
   * that was not seen or not understood.
   */
  contentUnder(page: number): Content | undefined;
  isReached(page: number): boolean;
}

export interface BucketRoot {
  readonly name: string;
  readonly page: number;
}

export interface Content {
  entries: number;
  /** 0 when there is none. */
  newestRevision: number;
  /** Keys that are no revisions, or entries that could not be read. */
  hasOthers: boolean;
}

interface Segment {
  readonly flags: Uint8Array;
  readonly entries: Uint16Array;
  readonly newest: Float64Array;
}

const segmentPages = 1 << 16;
const branch = 1;
const leaf = 2;
const others = 4;
const reached = 8;
const firstInlinePage = 2 ** 31;

export function createPageTable(): PageTable {
  const segments = new Map<number, Segment>();
  const children = new Map<number, Uint32Array>();
  const buckets = new Map<number, BucketRoot[]>();
  let inlinePages = 0;

  // Pages mostly come in order: the segment of the last one is asked for again a thousand times.
  let lastKey = -1;
  let last: Segment = newSegment(0);

  const segmentOf = (page: number): Segment => {
    const key = Math.trunc(page / segmentPages);
    if (key === lastKey) return last;
    last = segments.get(key) ?? newSegment(segmentPages);
    lastKey = key;
    segments.set(key, last);
    return last;
  };

  const flagsOf = (page: number): number => segmentOf(page).flags[page % segmentPages] ?? 0;

  const flag = (page: number, which: number) => {
    segmentOf(page).flags[page % segmentPages] = flagsOf(page) | which;
  };

  /** Answers whether the tree is whole. Many leaves: nothing is kept of them here. */
  const visitLeaves = (root: number, visit: (page: number) => void): boolean => {
    const waiting = [root];
    for (let page = waiting.pop(); page !== undefined; page = waiting.pop()) {
      const flags = flagsOf(page);
      // A page that is reached twice is no tree's.
      if (flags === 0 || flags & reached) return false;
      flag(page, reached);
      if (flags & leaf) visit(page);
      else waiting.push(...(children.get(page) ?? []));
    }
    return true;
  };

  const add = (content: Content, page: number) => {
    const { entries, newest } = segmentOf(page);
    const index = page % segmentPages;
    content.entries += entries[index] ?? 0;
    content.newestRevision = Math.max(content.newestRevision, newest[index] ?? 0);
    content.hasOthers ||= (flagsOf(page) & others) !== 0;
  };

  return {
    setBranch(page, ofPage) {
      flag(page, branch);
      children.set(page, ofPage);
    },
    setLeaf(page, entries) {
      flag(page, leaf);
      segmentOf(page).entries[page % segmentPages] = entries;
    },
    noteRevision(page, revision) {
      const { newest } = segmentOf(page);
      const index = page % segmentPages;
      if (revision > (newest[index] ?? 0)) newest[index] = revision;
    },
    noteOther: (page) => flag(page, others),
    addBucket(page, bucket) {
      const known = buckets.get(page);
      if (known) known.push(bucket);
      else buckets.set(page, [bucket]);
    },
    newInlinePage: () => firstInlinePage + inlinePages++,
    bucketsUnder(root) {
      const found: BucketRoot[] = [];
      const isWhole = visitLeaves(root, (page) => found.push(...(buckets.get(page) ?? [])));
      return isWhole ? found : undefined;
    },
    contentUnder(root) {
      const content = { entries: 0, newestRevision: 0, hasOthers: false };
      return visitLeaves(root, (page) => add(content, page)) ? content : undefined;
    },
    isReached: (page) => (flagsOf(page) & reached) !== 0,
  };
}

const newSegment = (pages: number): Segment => ({
  flags: new Uint8Array(pages),
  entries: new Uint16Array(pages),
  newest: new Float64Array(pages),
});
