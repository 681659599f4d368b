import { homesContract } from '../contract/homes.ts';
import { createFakeClock } from './clock.ts';
import { createFakeHomes } from './homes.ts';

homesContract('in memory', async () => {
  const clock = createFakeClock();
  return { homes: createFakeHomes(clock), clock };
});
