import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeCertificates } from '../../sandbox/certificates.ts';
import { type EtcdSetup, startEtcd } from '../../sandbox/etcd.ts';
import { createEtcd, type EtcdConnection } from '../../src/adapters/etcd.ts';
import { createFakeEtcd } from '../fakes/etcd.ts';
import { describeEtcd, type EtcdUnderTest, quotaBytes } from './etcd.ts';

const cluster = 'prod-1';

describeEtcd('in memory', async () => {
  const etcd = createFakeEtcd({ [cluster]: { members: 3 } });
  etcd.cluster(cluster).quota(quotaBytes);
  return {
    etcd,
    cluster,
    write: async (bytes) => void etcd.cluster(cluster).put('/registry/pods/default/one-more', bytes),
    put: async (key) => etcd.cluster(cluster).stores(key, Buffer.from('value')),
    stop: async (member) => etcd.cluster(cluster).silence(member),
    start: async (member) => etcd.cluster(cluster).revive(member),
    close: async () => undefined,
  };
});

describeEtcd('real', () => real(async () => ({ setup: {}, connection: {} })));

describeEtcd('real, with TLS, client certificates and users', () =>
  real(async (directory) => {
    const certificates = await makeCertificates(join(directory, 'certificates'));
    const { ca, client } = certificates;
    return {
      setup: { tls: { certificates, clientCertificates: true }, auth: { password: 'pass word' } },
      connection: {
        tls: { ca: ca.certificate, certificate: client.certificate, key: client.key },
        auth: { username: 'root', password: 'pass word' },
      },
    };
  }),
);

interface Kind {
  readonly setup: Partial<EtcdSetup>;
  readonly connection: Partial<EtcdConnection>;
}

async function real(kindIn: (directory: string) => Promise<Kind>): Promise<EtcdUnderTest> {
  const directory = await mkdtemp(join(tmpdir(), 'salvor-etcd-'));
  const { setup, connection } = await kindIn(directory);
  const servers = await startEtcd({ directory, members: 3, quotaBytes, ...setup });
  const etcd = createEtcd({ [cluster]: { endpoints: servers.endpoints, ...connection } });
  const named = (name: string) => servers.members.find((member) => member.name === name) ?? servers.member(0);
  return {
    etcd,
    cluster,
    write: async (bytes = 5) =>
      void (await servers.etcdctl('put', '/registry/pods/default/one-more', 'v'.repeat(bytes))),
    put: async (key) => void (await servers.etcdctl('put', key, 'value')),
    stop: (name) => named(name).kill(),
    start: (name) => named(name).restart(),
    async close() {
      etcd.close();
      await servers.stop();
      await rm(directory, { recursive: true });
    },
  };
}
