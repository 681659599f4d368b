import type { Decrypter } from 'age-encryption';
import { Fault, Refusal } from '../chatops/errors.ts';
import type { AgeIdentity } from '../config/keys.ts';
import type { Opener } from '../ports/opener.ts';

/** Opens with the age identities of salvor.yaml's clusters, by their names. */
export function createOpener(clusters: Readonly<Record<string, AgeIdentity>>): Opener {
  return {
    decrypt(cluster, bytes) {
      const held = Object.hasOwn(clusters, cluster) ? clusters[cluster] : undefined;
      if (!held?.identity) throw notGiven(cluster, held?.variable);
      return decrypted(cluster, { ...held, identity: held.identity }, bytes);
    },
  };
}

type HeldIdentity = AgeIdentity & { readonly identity: string };

async function* decrypted(
  cluster: string,
  held: HeldIdentity,
  bytes: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array> {
  const failed: { reason?: unknown } = {};
  const decrypter = await decrypterOf(cluster, held);
  try {
    yield* await decrypter.decrypt(ReadableStream.from(noting(bytes, failed)));
  } catch (error) {
    // What broke the source is not about age.
    throw failed.reason ?? asFault(error);
  }
}

async function* noting(bytes: AsyncIterable<Uint8Array>, failed: { reason?: unknown }): AsyncGenerator<Uint8Array> {
  try {
    yield* bytes;
  } catch (error) {
    failed.reason = error;
    throw error;
  }
}

/** As `age-keygen` writes them: comments, and one identity a line. */
async function decrypterOf(cluster: string, { identity, variable }: HeldIdentity): Promise<Decrypter> {
  // Most clusters do without: a tenth of a second saved.
  const age = await import('age-encryption');
  const decrypter = new age.Decrypter();
  const lines = identity.split(/\r?\n/).map((line) => line.trim());
  try {
    for (const line of lines.filter((each) => each !== '' && !each.startsWith('#'))) decrypter.addIdentity(line);
  } catch {
    // Its message may hold the identity.
    throw new Refusal(
      `What stands in ${variable} for ${cluster} is no age identity.`,
      'It begins with AGE-SECRET-KEY-1, as age-keygen prints it.',
    );
  }
  return decrypter;
}

function asFault(error: unknown): Fault {
  const message = error instanceof Error ? error.message : String(error);
  const isNoMatch = message.includes('no identity matched');
  return new Fault(isNoMatch ? 'Its age encryption is for other keys.' : `Its age encryption is broken: ${message}.`, {
    port: 'opener',
    operation: 'decrypt',
    code: isNoMatch ? 'AGE_NO_MATCH' : 'AGE_BROKEN',
    retryable: false,
    cause: error,
  });
}

function notGiven(cluster: string, variable: string | undefined): Refusal {
  const sentence = `This worker holds no age identity for ${cluster}, so it cannot open its backups.`;
  if (variable)
    return new Refusal(
      sentence,
      `Set ${variable}, or ${variable}_FILE, for it: AGE-SECRET-KEY-1…, as age-keygen prints it.`,
    );
  return new Refusal(
    sentence,
    `In salvor.yaml put the name of the variable that holds it into clusters.${cluster}.backup.encryption.identity.`,
  );
}
