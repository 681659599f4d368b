import { compose } from '../host/compose.ts';
import { docker } from '../host/docker.ts';
import { Refused } from '../host/migrate-config.ts';
import { stateIn } from '../host/state.ts';
import { waitWhileHeld } from '../host/wait-while-held.ts';

// node sandbox/harbor/bin/docker.ts <state directory> docker|docker-compose <words>: what the programs that `makeHarborHost` writes come to.
const [, , directory = '', name, ...words] = process.argv;
const state = stateIn(directory);
try {
  await waitWhileHeld('before', words, state);
  const isOld = name === 'docker-compose';
  const said =
    isOld && words[0] === '--version' ? `docker-compose version ${state.docker().composeVersion}` : undefined;
  const answer = said ?? (await (isOld ? compose : docker)(words, state));
  await waitWhileHeld('after', words, state);
  process.stdout.write(`${answer}\n`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
