import type { Catalogue, Registry } from '../../../ports/catalogue.ts';
import type { AskOptions } from '../../../ports/etcd.ts';
import type { Harbor, HarborPartner, HarborSystem } from '../../../ports/harbor.ts';
import { gapsFrom } from '../../findings/gaps-from.ts';
import type { Piece } from '../../findings/piece.ts';
import { isBefore } from '../path/versions.ts';
import type { Partner } from './observed.ts';

/** Only those before it replicate with what a later one does not: nobody else has a use for versions of partners. */
const oldest = '1.9';
const piece = gapsFrom('What Harbor says of its partners');

/**
 * With whom it replicates, and which versions those run. A partner that is in salvor.yaml too is asked there. No other is: its address is what somebody
 * wrote into Harbor, and whoever may do that must not send Salvor, which stands where hosts are managed, to addresses of their choice. Harbor itself does
 * not tell which version a partner runs.
 */
export async function partnersOf(
  { harbor, catalogue }: { readonly harbor: Harbor; readonly catalogue: Pick<Catalogue, 'registries'> },
  registry: string,
  system: Piece<HarborSystem>,
  options: AskOptions,
): Promise<Piece<readonly Partner[]>> {
  const what = 'the versions of registries with which it replicates';
  if ('gap' in system || !isBefore(system.known.version, oldest))
    return { gap: { what, needs: 'Look at its registries page.' } };
  return piece(what, async () => {
    const partners = await harbor.partners(registry, options);
    return Promise.all(
      partners.map(async (one) => ({ name: one.name, version: await versionOf(one, harbor, catalogue, options) })),
    );
  });
}

async function versionOf(
  { name, url, isHarbor }: HarborPartner,
  harbor: Harbor,
  { registries }: Pick<Catalogue, 'registries'>,
  options: AskOptions,
): Promise<Partner['version']> {
  if (!isHarbor) return { known: undefined };
  const what = `the version of ${name}`;
  const own = registries.find((one) => isAt(one, url));
  if (!own) return { gap: { what, needs: `It is not in salvor.yaml, so it is not asked. Look yourself: ${url}` } };
  return piece(what, async () => (await harbor.system(own.name, options)).version);
}

const isAt = (registry: Registry, url: string): boolean => {
  const origin = URL.parse(url)?.origin;
  return origin !== undefined && origin !== 'null' && origin === URL.parse(registry.url)?.origin;
};
