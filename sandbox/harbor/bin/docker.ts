import { compose } from '../host/compose.ts';
import { docker } from '../host/docker.ts';
import { Refused } from '../host/migrate-config.ts';
import { stateIn } from '../host/state.ts';

// node sandbox/harbor/bin/docker.ts <state directory> docker|docker-compose <words>: what the programs that `makeHarborHost` writes come to.
const [, , directory = '', name, ...words] = process.argv;
const state = stateIn(directory);
try {
  const isOld = name === 'docker-compose';
  const said =
    isOld && words[0] === '--version' ? `docker-compose version ${state.docker().composeVersion}` : undefined;
  process.stdout.write(`${said ?? (await (isOld ? compose : docker)(words, state))}\n`);
} catch (error) {
  if (!(error instanceof Refused)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
