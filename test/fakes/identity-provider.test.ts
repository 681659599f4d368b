import { identityProviderContract } from '../contract/identity-provider.ts';
import { createFakeIdentityProvider } from './identity-provider.ts';

identityProviderContract('in memory', async () => {
  const provider = createFakeIdentityProvider();
  return {
    ...{ provider, visit: provider.visit },
    async goDown() {
      provider.isDown = true;
    },
  };
});
