import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Etcd3 } from 'etcd3';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type EtcdCluster, startEtcd } from '../../sandbox/etcd.ts';
import { createEtcd } from '../../src/adapters/etcd.ts';
import { readStoredInEtcd } from '../../src/ops/kubernetes/upgrade/observe/stored-in-etcd.ts';
import { inProtobuf } from '../ops/kubernetes/in-protobuf.ts';

let directory: string;
let servers: EtcdCluster;
let client: Etcd3;
let etcd: ReturnType<typeof createEtcd>;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'salvor-stored-'));
  servers = await startEtcd({ directory, members: 1 });
  client = new Etcd3({ hosts: [...servers.endpoints] });
  etcd = createEtcd({ 'prod-1': { endpoints: servers.endpoints } });
});
afterAll(async () => {
  etcd.close();
  client.close();
  await servers.stop();
  await rm(directory, { recursive: true, force: true });
});

it('reads from etcd itself in which versions objects are stored, however large they are', async () => {
  const large = Buffer.alloc(1_000_000, 'x');
  for (let nth = 0; nth < 40; nth += 1)
    await client
      .put(`/registry/servicecidrs/${nth}`)
      .value(inProtobuf('networking.k8s.io/v1alpha1', 'ServiceCIDR', large));
  await client.put('/registry/ipaddresses/10.0.0.1').value(inProtobuf('networking.k8s.io/v1', 'IPAddress'));
  await client.put('/registry/resourceslices/a').value('k8s:enc:aesgcm:v1:k:\u0001');
  const found = await readStoredInEtcd(etcd, 'prod-1', { root: '/registry', elsewhere: [], from: 33, to: 34 }, {});
  expect(found).toEqual([
    { known: { apiVersion: 'networking.k8s.io/v1alpha1', kind: 'ServiceCIDR', example: '0', count: 40 } },
    { gap: { what: 'in which versions etcd holds resourceslices', needs: expect.stringContaining('aesgcm:v1:k') } },
  ]);
});
