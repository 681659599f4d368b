import { seen } from '../../findings/finding.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'read-only';
const say = speaker(name);

/** Whoever set it had a reason, and it would end with the upgrade. */
export const readOnly: Danger = {
  name,
  look: ({ observed: { system, registry } }) =>
    seen(name, system, ({ isReadOnly }) =>
      isReadOnly
        ? [
            say(
              'warning',
              registry,
              'It is read-only already.',
              'Find out who set it and why: a migration elsewhere, or an upgrade that was broken off.',
            ),
          ]
        : [],
    ),
};
