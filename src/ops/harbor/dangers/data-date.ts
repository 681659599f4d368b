import { durationInWords } from '../../../chatops/format.ts';
import { harborReleases } from '../facts/releases.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'data-date';
/** There are about three minors a year, and a patch may convert the database. */
const staleAfterMs = 180 * 86_400_000;

/** How far the table can be trusted. */
export const dataDate: Danger = {
  name,
  look({ observed: { at } }) {
    const { asOf } = harborReleases();
    const ageMs = at.getTime() - Date.parse(asOf);
    if (ageMs <= staleAfterMs) return [];
    return [
      speaker(name)('warning', `data of ${asOf}`, `It is ${durationInWords(ageMs)} old.`, 'Install a newer Salvor.'),
    ];
  },
};
