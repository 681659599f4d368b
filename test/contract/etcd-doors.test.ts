import { once } from 'node:events';
import { connect } from 'node:net';
import { join } from 'node:path';
import { createServer } from 'node:tls';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Certificate, type Certificates, makeCertificates, runOut } from '../../sandbox/certificates.ts';
import type { EtcdTls } from '../../src/adapters/etcd.ts';
import { Fault } from '../../src/chatops/errors.ts';
import { directoryOf, endpointOf, oneMember, visit } from './etcd-visit.ts';

/** Who gets into a real etcd, and what everybody else is told. */
const directory = directoryOf('doors');
let certificates: Certificates;
beforeAll(async () => {
  certificates = await makeCertificates(join(directory(), 'certificates'));
});

describe('a cluster with users', () => {
  const password = 'pass word';
  const root = { auth: { username: 'root', password } };
  const etcd = oneMember(directory, 'users', () => ({ auth: { password } }));

  it('lets root in with the password, and gives it a snapshot', async () => {
    const door = visit(endpointOf(etcd()), root);
    const { members, alarms, alarmsUnknown } = await door.survey();
    expect(members).toMatchObject([{ status: { version: expect.any(String) } }]);
    expect({ alarms, alarmsUnknown }).toEqual({ alarms: [], alarmsUnknown: undefined });
    expect((await door.snapshot()).length % 512).toBe(32);
    expect(await door.revision()).toBeGreaterThan(0n);
    await door.defragment();
  });

  it('tells whoever has no user that there is a user to have', async () => {
    await expect(visit(endpointOf(etcd())).snapshot()).rejects.toMatchObject({
      ...{ name: 'Fault', port: 'etcd', code: 'ETCD_AUTH', retryable: false },
      message: expect.stringContaining('user name is empty'),
      next: 'Check the etcd user and password of this cluster in salvor.yaml.',
    });
  });

  it('gives a user who is not root no snapshot and no defragmentation, and says who may have them', async () => {
    await etcd().etcdctl('user', 'add', 'backup:secret');
    const door = visit(endpointOf(etcd()), { auth: { username: 'backup', password: 'secret' } });
    await expect(door.snapshot()).rejects.toMatchObject({
      ...{ code: 'ETCD_PERMISSION', retryable: false },
      next: expect.stringMatching(/^Snapshots need the root user, or a client certificate with CN=root/),
    });
    await expect(door.defragment()).rejects.toMatchObject({
      ...{ code: 'ETCD_PERMISSION', retryable: false },
      next: expect.stringMatching(/^Defragmenting needs the root user, or a client certificate with CN=root/),
    });
  });

  it.each([
    ['a wrong password', { username: 'root', password: 'not-this-one' }],
    ['a user it does not know', { username: 'nobody', password: 'secret' }],
  ])('does not let in %s', async (_, auth) => {
    const refusal = {
      code: 'ETCD_AUTH',
      retryable: false,
      next: expect.stringMatching(/^Check the etcd user and password/),
    };
    await expect(visit(endpointOf(etcd()), { auth }).snapshot()).rejects.toMatchObject(refusal);
    await expect(visit(endpointOf(etcd()), { auth }).survey()).rejects.toMatchObject(refusal);
  });

  it('takes a new token when the member has forgotten the old one', async () => {
    const door = visit(endpointOf(etcd()), root);
    await door.snapshot();
    // Tokens are kept in memory alone.
    await etcd().member(0).restart();
    expect((await door.snapshot()).length % 512).toBe(32);
  });

  it('is asked with the forgotten token once, not until the time is up', async () => {
    const door = visit(endpointOf(etcd()), { ...root, timings: { askMs: 3_000 } });
    await door.revision();
    await etcd().member(0).restart();
    const askedAt = performance.now();
    await door.revision();
    expect(performance.now() - askedAt).toBeLessThan(1_500);
  });

  it('never says the password', async () => {
    const door = visit(endpointOf(etcd()), { auth: { username: 'root', password: 'not-this-one' } });
    const refusal: unknown = await door.survey().catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Error);
    expect(JSON.stringify([String(refusal), refusal])).not.toContain('not-this-one');
  });
});

describe('a cluster without users', () => {
  const etcd = oneMember(directory, 'plain');

  it('takes no offence at a password it did not ask for', async () => {
    const door = visit(endpointOf(etcd()), { auth: { username: 'root', password: 'whatever' } });
    expect((await door.survey()).members).toMatchObject([{ status: { errors: [] } }]);
    expect((await door.snapshot()).length % 512).toBe(32);
  });

  it('is told apart from one with TLS', async () => {
    const door = visit(endpointOf(etcd()).replace('http:', 'https:'), { tls: { ca: certificates.ca.certificate } });
    const isPlain = { code: 'ETCD_TLS', retryable: false };
    expect(await saidInTheEnd(() => door.survey())).toMatchObject(isPlain);
    expect(await saidInTheEnd(() => door.snapshot())).toMatchObject(isPlain);
  });

  it('with a certificate of our CA lets us in behind TLS', async () => {
    const endpoint = await behindTls(endpointOf(etcd()), certificates.server);
    const door = visit(endpoint, { tls: { ca: certificates.ca.certificate } });
    await expect(door.revision()).resolves.toBeGreaterThan(0n);
    expect((await door.snapshot()).length % 512).toBe(32);
  });

  it('with a certificate for another name lets us in when we know the name', async () => {
    const endpoint = await behindTls(endpointOf(etcd()), certificates.namedServer);
    const ca = certificates.ca.certificate;
    const door = visit(endpoint, { tls: { ca, serverName: 'etcd.sandbox' } });
    await expect(door.revision()).resolves.toBeGreaterThan(0n);
    expect((await door.snapshot()).length % 512).toBe(32);
    expect(await door.vitals()).toMatchObject([{ aheadMs: expect.any(Object), quotaBytes: expect.any(Number) }]);
    const nameless = visit(endpoint, { tls: { ca } });
    expect(await nameless.vitals()).toEqual([{ endpoint, silence: expect.stringMatching(/^No trusted connection/) }]);
    await expect(nameless.revision()).rejects.toMatchObject({ code: 'ETCD_TLS', retryable: false });
    await expect(nameless.snapshot()).rejects.toMatchObject({ code: 'ETCD_TLS', retryable: false });
  });
});

describe('a cluster with client certificates', () => {
  const etcd = oneMember(directory, 'client-certificates', () => ({ tls: { certificates, clientCertificates: true } }));

  it('lets in whoever has one of the right CA', async () => {
    const door = visit(endpointOf(etcd()), { tls: tlsOf(certificates.client) });
    expect((await door.survey()).members).toMatchObject([{ name: 'etcd-1', status: { errors: [] } }]);
    expect((await door.snapshot()).length % 512).toBe(32);
  });

  const untrusted = {
    ...{ name: 'Fault', port: 'etcd', code: 'ETCD_TLS', retryable: false },
    next: 'Check the CA, the client certificate and the server name of this cluster in salvor.yaml.',
  };

  it.each<[string, () => EtcdTls]>([
    ['when its CA is not ours', () => ({ ...tlsOf(certificates.client), ca: certificates.stranger.certificate })],
    ['without its CA', () => ({ certificate: certificates.client.certificate, key: certificates.client.key })],
  ])('is not trusted %s', async (_, tls) => {
    await expect(visit(endpointOf(etcd()), { tls: tls() }).survey()).rejects.toMatchObject(untrusted);
    await expect(visit(endpointOf(etcd()), { tls: tls() }).snapshot()).rejects.toMatchObject(untrusted);
    const [told] = await visit(endpointOf(etcd()), { tls: tls() }).vitals();
    expect(told?.silence).toMatch(/^No trusted connection/);
  });

  it.each<[string, () => EtcdTls]>([
    ['without a certificate', () => ({ ca: certificates.ca.certificate })],
    ['with a stranger’s certificate', () => tlsOf(certificates.stranger)],
  ])('does not trust us %s', async (_, tls) => {
    expect(await saidInTheEnd(() => visit(endpointOf(etcd()), { tls: tls() }).survey())).toMatchObject(untrusted);
    expect(await saidInTheEnd(() => visit(endpointOf(etcd()), { tls: tls() }).snapshot())).toMatchObject(untrusted);
  });

  it('has nothing to say to plain http', async () => {
    const door = visit(endpointOf(etcd()).replace('https:', 'http:'));
    await expect(door.survey()).rejects.toMatchObject({ name: 'Fault', code: 'ETCD_UNREACHABLE' });
    await expect(door.snapshot()).rejects.toMatchObject({ name: 'Fault', port: 'etcd' });
  });
});

describe('a cluster with client certificates and users', () => {
  const etcd = oneMember(directory, 'both', () => ({
    tls: { certificates, clientCertificates: true },
    auth: { password: 'secret' },
  }));

  it('takes the bearer of a certificate with CN=root for root', async () => {
    const door = visit(endpointOf(etcd()), { tls: tlsOf(certificates.client) });
    expect((await door.snapshot()).length % 512).toBe(32);
  });
});

describe('the certificates of members', () => {
  const etcd = oneMember(directory, 'certificates', () => ({ tls: { certificates, clientCertificates: true } }));
  const plain = oneMember(directory, 'no-certificates');
  const dayMs = 24 * 3_600_000;
  const daysOf = async (door: ReturnType<typeof visit>) =>
    (await door.certificates()).map(({ endpoint, seen }) => [
      endpoint,
      seen instanceof Fault ? seen.code : Math.round((seen.until.getTime() - seen.at.getTime()) / dayMs),
    ]);

  it('are seen with our own, and by who has none', async () => {
    const endpoint = endpointOf(etcd());
    expect(await daysOf(visit(endpoint, { tls: tlsOf(certificates.client) }))).toEqual([[endpoint, 365]]);
    expect(await daysOf(visit(endpoint, { tls: { ca: certificates.ca.certificate } }))).toEqual([[endpoint, 365]]);
  });

  it('are none of plain http, wherever one looks', async () => {
    const door = visit(endpointOf(plain()));
    expect(await door.certificates()).toEqual([]);
    expect(await door.certificates([endpointOf(plain())])).toEqual([]);
  });

  it('are seen at the endpoints that are told, with the name that we know', async () => {
    const endpoint = await behindTls(endpointOf(plain()), certificates.namedServer);
    const tls = { ca: certificates.ca.certificate, serverName: 'etcd.sandbox' };
    const found = await visit(endpointOf(etcd()), { tls }).certificates([endpoint]);
    expect(found).toMatchObject([{ endpoint, seen: { until: expect.any(Date) } }]);
  });

  it('are not told of who is not trusted, nor of nobody, and why', async () => {
    const stranger = { ca: certificates.stranger.certificate };
    expect(await daysOf(visit(endpointOf(etcd()), { tls: stranger }))).toEqual([[endpointOf(etcd()), 'ETCD_TLS']]);
    const nobody = 'https://127.0.0.1:1';
    expect(await daysOf(visit(nobody, { tls: stranger }))).toEqual([[nobody, 'ETCD_UNREACHABLE']]);
  });

  it('are seen when they have run out', async () => {
    const old = await runOut(directory(), certificates.ca, 'subjectAltName=IP:127.0.0.1');
    const endpoint = await behindTls(endpointOf(plain()), old);
    const door = visit(endpoint, { tls: { ca: certificates.ca.certificate } });
    await expect(door.survey()).rejects.toMatchObject({ code: 'ETCD_TLS' });
    expect(await daysOf(door)).toEqual([[endpoint, -1]]);
  });
});

const tlsOf = ({ certificate, key }: Certificate) => ({ ca: certificates.ca.certificate, certificate, key });

/**
 * What a member says that does not want us. It says so only after the handshake; where it has closed the connection before it read what we
 * wrote by then, a reset swallows its words about every second time, and we are told to try again, as here is done.
 */
async function saidInTheEnd(ask: () => Promise<unknown>): Promise<unknown> {
  for (let left = 40; ; left -= 1) {
    const refusal: unknown = await ask().catch((error: unknown) => error);
    const isSwallowed = refusal instanceof Fault && refusal.retryable;
    if (!isSwallowed || left === 0) return refusal;
  }
}

/** Puts TLS with this certificate in front of a plain member: etcd itself would ask for a client certificate too. */
async function behindTls(endpoint: string, { certificate, key }: Certificate): Promise<string> {
  const { port } = new URL(endpoint);
  const front = createServer({ cert: certificate, key, ALPNProtocols: ['h2', 'http/1.1'] }, (outer) => {
    const inner = connect({ host: '127.0.0.1', port: Number(port) });
    outer.on('error', () => inner.destroy());
    inner.on('error', () => outer.destroy());
    outer.pipe(inner).pipe(outer);
  });
  onTestFinished(() => void front.close());
  front.listen(0, '127.0.0.1');
  await once(front, 'listening');
  const address = front.address();
  return `https://127.0.0.1:${typeof address === 'object' ? address?.port : 0}`;
}
