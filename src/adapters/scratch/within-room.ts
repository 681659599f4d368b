/** So much more is asked for at a time: a hundred questions for a large database, and not much room that is asked for in vain. */
const stepBytes = 256 * 1024 ** 2;

/**
 * The same bytes, none of them beyond what there is room for: before they are more than `expectedBytes`, and again after each 256 MiB,
 * `mustHaveRoom` is asked for room for so many. How large a file is that was compressed only unpacking it tells; one that was made to fill disks
 * is left long before it has. Throws what either throws.
 */
export async function* withinRoom(
  bytes: AsyncIterable<Uint8Array>,
  expectedBytes: number,
  mustHaveRoom: (wholeBytes: number) => Promise<void>,
): AsyncGenerator<Uint8Array> {
  let [written, allowed] = [0, expectedBytes];
  for await (const piece of bytes) {
    while (written + piece.length > allowed) {
      allowed += stepBytes;
      await mustHaveRoom(allowed);
    }
    written += piece.length;
    yield piece;
  }
}
