import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { GivenFile } from '../chatops/command.ts';
import { Fault, Refusal } from '../chatops/errors.ts';
import { bytesInWords } from '../chatops/format.ts';
import type { OnCall } from './clients.ts';
import { codeOf, outcomeOf, troubleIn } from './trouble.ts';

/** A file in a message. Where a channel is shared with another company only its id is there. Source: docs.slack.dev/reference/objects/file-object. */
export const SharedFile = z.object({
  id: z.string(),
  name: z.string().nullish(),
  mimetype: z.string().nullish(),
  size: z.number().nullish(),
  file_access: z.string().nullish(),
  url_private_download: z.string().nullish(),
});
export type SharedFile = z.infer<typeof SharedFile>;

/** What one message may bring, in all: it is read where the bot runs, which has little memory. The terminal takes more. */
export const most = { files: 20, bytes: 256 * 1024 };

export interface SharedFiles {
  /**
   * Reads the files of a message whole, in their order. Throws Refusal for what is no text or too much, and for a missing scope; Fault,
   * retryable, while Slack is away. What is in them is not logged.
   */
  read(files: readonly SharedFile[]): Promise<readonly GivenFile[]>;
}

export interface SharedFilesParts {
  readonly client: WebClient;
  readonly botToken: string;
  readonly apiUrl?: string | undefined;
  readonly onCall: OnCall;
}

export function createSharedFiles({ client, botToken, apiUrl, onCall }: SharedFilesParts): SharedFiles {
  /** What the message does not tell of a file, Slack does. */
  async function known(file: SharedFile): Promise<SharedFile> {
    if (file.file_access !== 'check_file_info') return file;
    const { file: info } = await client.files.info({ file: file.id }).catch(fail);
    return SharedFile.parse(info);
  }

  async function download(file: SharedFile, mostBytes: number): Promise<Buffer> {
    const startedAtMs = performance.now();
    let outcome = 'failed';
    try {
      const response = await open(file);
      outcome = response.ok ? 'ok' : `http_${response.status}`;
      mustBeFile(response, file);
      return await bytesOf(response, file, mostBytes);
    } catch (error) {
      if (error instanceof Refusal || error instanceof Fault) throw error;
      throw away('unreachable', error);
    } finally {
      onCall('url_private_download', outcome, performance.now() - startedAtMs);
    }
  }

  /** Follows redirects as far as they stay at Slack: nobody else is ever shown the token. */
  async function open(file: SharedFile): Promise<Response> {
    let address = file.url_private_download ?? '';
    for (let hops = 0; hops < 4; hops += 1) {
      if (!isSlacks(address, apiUrl))
        throw new Refusal(`${nameOf(file)} does not lie at Slack.`, 'Attach the file itself.');
      const response = await fetch(address, {
        headers: { authorization: `Bearer ${botToken}` },
        redirect: 'manual',
        signal: AbortSignal.timeout(10_000),
      });
      const next = response.headers.get('location');
      if (response.status < 300 || response.status >= 400 || next === null) return response;
      await response.body?.cancel();
      address = new URL(next, address).href;
    }
    throw away('redirects');
  }

  return {
    async read(files) {
      if (files.length > most.files)
        throw new Refusal(`A message may bring ${most.files} files; this one has ${files.length}.`, 'Send fewer.');
      const all: GivenFile[] = [];
      let left = most.bytes;
      for (const shared of files) {
        const file = await known(shared);
        mustBeText(file);
        if ((file.size ?? 0) > left) throw tooLarge(file);
        const bytes = await download(file, left);
        left -= bytes.length;
        all.push({ name: nameOf(file), text: decoded(bytes, file) });
      }
      return all;
    },
  };
}

const nameOf = ({ name, id }: SharedFile): string => name || id;

/** Slack's own hosts, those of its government cloud, and where this bot was told to find Slack. */
function isSlacks(address: string, apiUrl: string | undefined): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, origin } = new URL(address);
  if (apiUrl !== undefined && origin === new URL(apiUrl).origin) return true;
  return protocol === 'https:' && /(?:^|\.)slack(?:-gov)?\.com$/.test(hostname);
}

/** YAML has no type at Slack; its name says it. */
function mustBeText(file: SharedFile): void {
  const isText = /\.(?:ya?ml|json)$/i.test(file.name ?? '') || /^text\/(?!html)/.test(file.mimetype ?? '');
  if (!isText) throw new Refusal(`${nameOf(file)} is no text.`, 'Attach .yaml, .yml, .json or plain text.');
}

/** Without the scope Slack answers with a page to sign in, and with 200 (slackapi/deno-slack-sdk#285). */
function mustBeFile({ status, ok, headers }: Response, file: SharedFile): void {
  if (status === 404 || status === 410) throw new Refusal(`Slack does not have ${nameOf(file)} any more.`);
  if (status === 401 || status === 403 || /^text\/html/.test(headers.get('content-type') ?? '')) throw noScope();
  if (!ok) throw away(`http_${status}`);
}

async function bytesOf(response: Response, file: SharedFile, mostBytes: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of response.body ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw tooLarge(file);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function decoded(bytes: Buffer, file: SharedFile): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal(`${nameOf(file)} is no text in UTF-8.`, 'Attach it anew, as UTF-8.');
  }
}

const tooLarge = (file: SharedFile): Refusal =>
  new Refusal(
    `The files of a message may hold ${bytesInWords(most.bytes)} in all; ${nameOf(file)} goes beyond it.`,
    'Send them in parts, or ask from a terminal.',
  );

const noScope = (): Refusal =>
  new Refusal(
    'Slack does not let me read files: this app has no scope files:read.',
    'Whoever runs me adds it, as the app manifest has it, and installs the app anew.',
  );

/** Of a call of the API that failed. */
function fail(error: unknown): never {
  const code = codeOf(error);
  if (code === 'missing_scope') throw noScope();
  if (code === 'file_not_found' || code === 'file_deleted')
    throw new Refusal('Slack does not have a file of this message any more.');
  if (!troubleIn(error)) throw error;
  throw away(outcomeOf(error), error);
}

const away = (outcome: string, cause?: unknown): Fault =>
  new Fault('The files could not be had from Slack.', {
    port: 'slack',
    operation: 'files',
    retryable: true,
    code: `SLACK_FILES_${outcome.toUpperCase()}`,
    next: 'Nothing was done. Try again in a moment.',
    ...(cause === undefined ? {} : { cause }),
  });
