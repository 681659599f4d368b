import type { Kubernetes, Listing, WatchNews, WatchOptions } from './kubernetes.ts';

export interface InformerOptions extends WatchOptions {
  /** After so long without a word what is kept is told no more, whatever becomes of the connection; 90 s unless told. */
  readonly freshMs?: number;
  /** Lists so often instead of watching: for what hardly ever changes, a connection saved. */
  readonly everyMs?: number;
}

/** Kubernetes, and what this process watches of it: whoever asks for that need not list. Throws as Kubernetes does. */
export interface Informer extends Pick<Kubernetes, 'list'> {
  /** As Kubernetes has it; keeps what it tells, without managedFields, until it ends. */
  watch(cluster: string, listing: Listing, options: InformerOptions): AsyncIterable<WatchNews>;

  /**
   * As Kubernetes has it, but for the very listing that is watched, and heard of: then one page of what is kept. Its `at` is now, by the API
   * server's clock, since what is kept is known to be so until now. Lists where nobody watches, or nothing is heard.
   */
  list: Kubernetes['list'];
}
