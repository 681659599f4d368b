import { z } from 'zod';

/** What there is to do work to. Names are unique over both kinds: rights, freezes and records go by the name alone. */
export const TargetKind = z.enum(['cluster', 'registry']);
export type TargetKind = z.infer<typeof TargetKind>;

/** What a run or a job is about; a cluster unless it says otherwise. */
export interface Aimed {
  readonly targetKind?: TargetKind | undefined;
}

export const kindOf = ({ targetKind = 'cluster' }: Aimed): TargetKind => targetKind;

/** As the label of a fact. */
export const kindInWords: Readonly<Record<TargetKind, string>> = { cluster: 'Cluster', registry: 'Registry' };

/** Where people may name either in an option: for `refine`. */
export const oneOfEither = [
  ({ cluster, registry }: { readonly cluster?: string | undefined; readonly registry?: string | undefined }): boolean =>
    !(cluster && registry),
  'Name a cluster or a registry, not both.',
] as const;
