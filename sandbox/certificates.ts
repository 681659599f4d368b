import { execFile } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A certificate with its key: PEM contents, and the files that hold them. */
export interface Certificate {
  readonly certificate: string;
  readonly key: string;
  readonly certificateFile: string;
  readonly keyFile: string;
}

export interface Certificates {
  readonly ca: Certificate;
  /** For 127.0.0.1 and localhost; good for servers and for peers. */
  readonly server: Certificate;
  /** For the name etcd.sandbox only, which nobody can connect to without saying so. */
  readonly namedServer: Certificate;
  /** CN=root: etcd with client certificates and auth takes its bearer for the root user. */
  readonly client: Certificate;
  /** Signed by nobody we know. */
  readonly stranger: Certificate;
}

/** Makes a small public key infrastructure under `directory`, good for a year. */
export async function makeCertificates(directory: string): Promise<Certificates> {
  await mkdir(directory, { recursive: true });
  const ca = await selfSigned(directory, 'ca', 'Salvor sandbox');
  const [server, namedServer, client, stranger] = await Promise.all([
    signed(directory, ca, 'server', 'etcd', 'subjectAltName=IP:127.0.0.1,DNS:localhost'),
    signed(directory, ca, 'named-server', 'etcd', 'subjectAltName=DNS:etcd.sandbox'),
    signed(directory, ca, 'client', 'root', 'extendedKeyUsage=clientAuth'),
    selfSigned(directory, 'stranger', 'Somebody else'),
  ]);
  return { ca, server, namedServer, client, stranger };
}

/** One for servers that ran out a day ago. */
export const runOut = (directory: string, ca: Certificate, extension: string): Promise<Certificate> =>
  signed(directory, ca, 'run-out', 'etcd', extension, runOutDays);

/** From now. */
const runOutDays = '-1';

async function selfSigned(directory: string, name: string, commonName: string): Promise<Certificate> {
  const files = filesOf(directory, name);
  await run('openssl', [
    ...['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-days', '365'],
    ...['-subj', `/CN=${commonName}`, '-keyout', files.keyFile, '-out', files.certificateFile],
  ]);
  return contents(files);
}

async function signed(
  directory: string,
  ca: Certificate,
  name: string,
  commonName: string,
  extension: string,
  days = '365',
) {
  const files = filesOf(directory, name);
  const request = join(directory, `${name}.csr`);
  const extensions = join(directory, `${name}.ext`);
  await writeFile(extensions, extension);
  await run('openssl', [
    ...['req', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes', '-subj', `/CN=${commonName}`],
    ...['-keyout', files.keyFile, '-out', request],
  ]);
  await run('openssl', [
    ...['x509', '-req', '-in', request, '-CA', ca.certificateFile, '-CAkey', ca.keyFile, '-days', days],
    ...['-set_serial', String(Math.trunc(Math.random() * 2 ** 40)), '-extfile', extensions],
    ...['-out', files.certificateFile],
  ]);
  return contents(files);
}

const filesOf = (directory: string, name: string) => ({
  certificateFile: join(directory, `${name}.crt`),
  keyFile: join(directory, `${name}.key`),
});

async function contents(files: ReturnType<typeof filesOf>): Promise<Certificate> {
  const [certificate, key] = await Promise.all([
    readFile(files.certificateFile, 'utf8'),
    readFile(files.keyFile, 'utf8'),
  ]);
  return { certificate, key, ...files };
}
