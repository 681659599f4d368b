/** Why something is not known: what it is ('the flags of kube-scheduler on cp-2'), and the right or the address that is missing, as a next step. */
export interface Gap {
  readonly what: string;
  readonly needs: string;
}

/** A piece of what was observed: known, or a gap. Nothing is ever left out in silence. */
export type Piece<T> = { readonly known: T } | { readonly gap: Gap };
