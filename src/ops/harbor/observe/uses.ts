import type { Piece } from '../../findings/piece.ts';
import type { Uses } from '../path/flags.ts';
import type { Observed } from './observed.ts';

/** What flags follow from; what could not be seen is none, and the danger `invalid-flag` says so. */
export const usesOf = ({ parts, wrapperFlags }: Observed): Uses => ({
  parts: listOr(parts),
  wrapperFlags: listOr(wrapperFlags),
});

/** Versions at hand. */
export const versionsAtHand = ({ packages }: Observed): readonly string[] =>
  listOr(packages).map(({ version }) => version);

const listOr = <T>(piece: Piece<readonly T[]>): readonly T[] => ('known' in piece ? piece.known : []);
