import { describe, expect, it } from 'vitest';
import { createCatalogue } from '../../../../src/adapters/catalogue.ts';
import { Fault } from '../../../../src/chatops/errors.ts';
import { Settings } from '../../../../src/config/schema.ts';
import { partnersOf } from '../../../../src/ops/harbor/observe/partners.ts';
import { createFakeHarbor } from '../../../fakes/harbor.ts';
import { gap, known, system } from '../observed.ts';

const registry = (url: string) => ({
  ...{ environment: 'production', channels: ['C0PROD'], url, database: 'bundled', host: '10.0.0.21' },
  api: { username: 'admin', password: 'PASSWORD' },
});
const catalogue = createCatalogue(
  Settings.parse({
    ...{ slack: { team: 'T0LOCAL' }, buckets: {}, clusters: {} },
    registries: { 'reg-eu': registry('https://eu.example.com'), 'reg-us': registry('https://us.example.com') },
  }),
);

function setup(version = '1.8.6') {
  const harbor = createFakeHarbor(version);
  const asked: string[] = [];
  const asking: typeof harbor = {
    ...harbor,
    system: async (name) => {
      asked.push(name);
      return harbor.system(name);
    },
  };
  const look = (piece: Parameters<typeof partnersOf>[2] = known({ ...system, version })) =>
    partnersOf({ harbor: asking, catalogue }, 'reg-eu', piece, {});
  return { harbor, asked, look };
}

const partner = (name: string, url: string, isHarbor = true) => ({ name, url, isHarbor });

describe('partners', () => {
  it('are asked where they are in salvor.yaml, at the address that stands there', async () => {
    const { harbor, asked, look } = setup();
    harbor.is.partners = [partner('us', 'https://us.example.com/'), partner('hub', 'https://hub.docker.com', false)];
    expect(await look()).toEqual(
      known([
        { name: 'us', version: known('1.8.6') },
        { name: 'hub', version: known(undefined) },
      ]),
    );
    expect(asked).toEqual(['reg-us']);
  });

  it.each([
    'https://169.254.169.254',
    'http://us.example.com',
    'https://us.example.com:8443',
    'https://us.example.com.attacker.test',
    'https://attacker.test/https://us.example.com',
    'https://us.example.com@attacker.test',
    'data:text/plain,us.example.com',
    'us.example.com',
  ])('at %s is not asked, and stands there as unknown', async (url) => {
    const { harbor, asked, look } = setup();
    harbor.is.partners = [partner('them', url)];
    const needs = `It is not in salvor.yaml, so it is not asked. Look yourself: ${url}`;
    expect(await look()).toEqual(known([{ name: 'them', version: { gap: { what: 'the version of them', needs } } }]));
    expect(asked).toEqual([]);
  });

  it('that does not answer is unknown, and so are all where Harbor does not tell of them', async () => {
    const fault = new Fault('Nobody answers.', {
      ...{ port: 'harbor', operation: 'ask', code: 'HARBOR_UNREACHABLE', retryable: true },
    });
    const { harbor, look } = setup();
    harbor.is.partners = [partner('us', 'https://us.example.com')];
    harbor.broken.set('system', fault);
    expect(await look()).toEqual(
      known([{ name: 'us', version: { gap: { what: 'the version of us', needs: 'Nobody answers.' } } }]),
    );
    harbor.broken.set('partners', fault);
    expect(await look()).toMatchObject({ gap: { needs: 'Nobody answers.' } });
  });

  it('are not looked for where it makes no difference', async () => {
    const { harbor, look } = setup('1.9.4');
    harbor.is.partners = [partner('us', 'https://us.example.com')];
    expect(await look()).toHaveProperty('gap');
    expect(await setup().look(gap('its version'))).toHaveProperty('gap');
  });
});
