import { seen } from '../../findings/finding.ts';
import { type Danger, speaker } from './danger.ts';

const name = 'health';
const say = speaker(name);

/** What is not well before will not be well after, and then nobody knows why. */
export const health: Danger = {
  name,
  look: ({ observed: { health: piece } }) =>
    seen(name, piece, (components) => {
      if (components.length === 0)
        return [say('unknown', 'its components', 'Harbor names none.', 'Look at its health yourself.')];
      return components
        .filter(({ isHealthy }) => !isHealthy)
        .map(({ name: component, error }) => {
          const evidence = error === undefined ? 'It is not healthy.' : `It is not healthy: ${error}.`;
          return say('stop', component, evidence, 'Make it well first.');
        });
    }),
};
