import { type ChildProcess, execFile, spawn, spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { openSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A real Ceph object gateway on 127.0.0.1: one monitor, one OSD in memory, one radosgw. */
export interface Radosgw {
  readonly endpoint: string;
  readonly region: string;
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  stop(): Promise<void>;
}

const programs = ['monmaptool', 'ceph', 'ceph-mon', 'ceph-osd', 'radosgw', 'radosgw-admin'];
const startLimitMs = 120_000;

/** Which of Ceph's programs are missing here; the gateway can start when none is. */
export function missingForRadosgw(): readonly string[] {
  return programs.filter((program) => spawnSync(program, ['--version'], { stdio: 'ignore' }).error !== undefined);
}

/**
 * Starts Ceph with everything it writes in `directory`, and waits until the gateway answers (about 4 s). Nothing lasts:
 * the objects are in the OSD's memory. The daemons are ended by `stop` with SIGKILL, since there is nothing to save.
 */
export async function startRadosgw(directory: string): Promise<Radosgw> {
  const keys = { accessKeyId: 'sandbox', secretAccessKey: 'sandbox-secret' };
  const ports = await freePorts();
  const cluster = { directory, configuration: join(directory, 'ceph.conf'), fsid: randomUUID(), ports };
  const daemons: ChildProcess[] = [];
  const stop = async () => {
    await Promise.all(daemons.map(end));
  };
  try {
    await prepare(cluster);
    daemons.push(daemon(cluster, 'ceph-mon', ['-i', 'a']));
    await prepareDisk(cluster);
    daemons.push(daemon(cluster, 'ceph-osd', ['-i', '0']));
    daemons.push(daemon(cluster, 'radosgw', ['-n', 'client.rgw']));
    await untilAnswering(`http://127.0.0.1:${ports.gateway}/`, daemons);
    await createUser(cluster, keys);
  } catch (error) {
    await stop();
    throw error;
  }
  return { endpoint: `http://127.0.0.1:${ports.gateway}`, region: 'default', ...keys, stop };
}

interface Cluster {
  readonly directory: string;
  readonly configuration: string;
  readonly fsid: string;
  readonly ports: { readonly monitor: number; readonly oldMonitor: number; readonly gateway: number };
}

async function prepare(cluster: Cluster): Promise<void> {
  const { directory, configuration, fsid, ports } = cluster;
  for (const room of ['mon', 'osd', 'run']) await mkdir(join(directory, room), { recursive: true });
  await writeFile(join(directory, 'keyring'), '');
  await writeFile(configuration, configurationOf(cluster));
  const map = join(directory, 'monmap');
  await run('monmaptool', ['--create', '--fsid', fsid, '--addv', 'a', addresses(ports), map]);
  await run('ceph-mon', ['-c', configuration, '--mkfs', '-i', 'a', '--monmap', map]);
}

/** The monitor takes an OSD in only under the id it was announced with. */
async function prepareDisk({ configuration }: Cluster): Promise<void> {
  const id = randomUUID();
  await run('ceph', ['-c', configuration, 'osd', 'new', id, '0'], { timeout: startLimitMs });
  await run('ceph-osd', ['-c', configuration, '-i', '0', '--mkfs', '--osd-uuid', id]);
}

async function createUser(
  { configuration }: Cluster,
  { accessKeyId, secretAccessKey }: Pick<Radosgw, 'accessKeyId' | 'secretAccessKey'>,
): Promise<void> {
  const user = ['--uid', 'sandbox', '--display-name', 'sandbox', '--access-key', accessKeyId, '--secret-key'];
  const words = ['-c', configuration, '-n', 'client.rgw', 'user', 'create', ...user, secretAccessKey];
  await run('radosgw-admin', words, { timeout: startLimitMs });
}

/**
 * Without authentication there is no session key, so nothing may ask for the encrypted mode of the messenger. A monitor collects
 * changes for a second before it decides on them; the gateway makes ten pools one after the other.
 */
function configurationOf({ directory, fsid, ports }: Cluster): string {
  return `[global]
fsid = ${fsid}
mon host = ${addresses(ports)}
public addr = 127.0.0.1
cluster addr = 127.0.0.1
auth cluster required = none
auth service required = none
auth client required = none
ms mon client mode = crc
ms mon cluster mode = crc
ms mon service mode = crc
ms client mode = crc
ms cluster mode = crc
ms service mode = crc
run dir = ${directory}/run
admin socket =
pid file =
keyring = ${directory}/keyring
log file = ${directory}/$name.log
mon data = ${directory}/mon
osd data = ${directory}/osd
osd objectstore = memstore
memstore device bytes = 4294967296
osd pool default size = 1
osd pool default min size = 1
osd pool default pg num = 1
osd pool default pgp num = 1
osd pool default pg autoscale mode = off
osd crush chooseleaf type = 0
mon allow pool size one = true
paxos propose interval = 0.02
paxos min wait = 0.01
rgw rados pool pg num min = 1
rgw frontends = beast endpoint=127.0.0.1:${ports.gateway}
`;
}

function addresses({ monitor, oldMonitor }: Cluster['ports']): string {
  return `[v2:127.0.0.1:${monitor},v1:127.0.0.1:${oldMonitor}]`;
}

function daemon({ directory, configuration }: Cluster, program: string, words: readonly string[]): ChildProcess {
  const log = openSync(join(directory, `${program}.out`), 'a');
  return spawn(program, ['-c', configuration, ...words, '-f'], { stdio: ['ignore', log, log] });
}

async function untilAnswering(address: string, daemons: readonly ChildProcess[]): Promise<void> {
  const deadline = Date.now() + startLimitMs;
  while (Date.now() < deadline) {
    const dead = daemons.find((child) => child.exitCode !== null);
    if (dead) throw new Error(`${dead.spawnfile} ended with ${dead.exitCode}; see its log`);
    const answer = await fetch(address).catch(() => undefined);
    if (answer?.ok) return;
    await wait(200);
  }
  throw new Error(`radosgw did not answer within ${startLimitMs / 1_000} s`);
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGKILL');
  await exited;
}

/** Held open together, so that they are three different ones. */
async function freePorts(): Promise<Cluster['ports']> {
  const servers = await Promise.all([0, 1, 2].map(listenAnywhere));
  const [monitor = 0, oldMonitor = 0, gateway = 0] = servers.map((server) => {
    const address = server.address();
    return address !== null && typeof address === 'object' ? address.port : 0;
  });
  await Promise.all(servers.map(async (server) => void (await once(server.close(), 'close'))));
  return { monitor, oldMonitor, gateway };
}

async function listenAnywhere() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}
