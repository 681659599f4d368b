import { firstFew } from '../../../chatops/format.ts';
import { seen } from '../../findings/finding.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'leftovers';

/** Of earlier upgrades: they take room, and tell of one that was broken off. */
export const leftovers: Danger = {
  name,
  look: ({ observed: { leftovers: piece } }) =>
    seen(name, piece, (paths) =>
      paths.length === 0
        ? []
        : [
            {
              ...speaker(name)(
                'warning',
                firstFew(paths),
                'An earlier upgrade left it.',
                'Look whether that one was ended; remove what nobody needs any more.',
              ),
              all: paths,
            },
          ],
    ),
};
