import type { ResponseBody } from '@kubernetes/client-node';

/** Once unpacked. A page of 500 nodes is 5 MB; whoever may create objects makes them as large as etcd takes them, 1.5 MB each. */
const mostBytes = 32 * 1024 ** 2;

/** A body as text, never more than this process has room for. Throws RangeError on one that is larger, and what the network says. */
export async function textOf(body: ResponseBody): Promise<string> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of body.stream() ?? []) {
    bytes += chunk.length;
    if (bytes > mostBytes) throw new RangeError('too much for an answer');
    chunks.push(chunk);
  }
  return new TextDecoder().decode(Buffer.concat(chunks, bytes));
}
