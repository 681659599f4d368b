import { durationInWords } from '../../../chatops/format.ts';
import { seen } from '../../findings/finding.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'clock';
const say = speaker(name);
/** Tokens of the registry hold from the second they are made. */
const allowedMs = 60_000;

/** A clock that is off makes tokens and certificates invalid between the parts of Harbor and those who pull. */
export const clock: Danger = {
  name,
  look: ({ observed: { clock: piece, at } }) =>
    seen(name, piece, (told) => {
      const offMs = told.getTime() - at.getTime();
      if (Math.abs(offMs) <= allowedMs) return [];
      const off = durationInWords(Math.abs(offMs));
      const evidence = offMs > 0 ? `It is ${off} ahead of Salvor.` : `It is ${off} behind Salvor.`;
      return [say('warning', 'clock of the host', evidence, 'Set it by NTP.')];
    }),
};
