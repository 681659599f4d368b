/**
 * Opens what was encrypted with age for a cluster. Holds the identities this worker was given, which never leave it.
 */
export interface Opener {
  /**
   * Decrypts as it passes, 64 KiB at a time; every piece that comes out is authentic, and a missing end is noticed. Throws at once Refusal
   * that says which variable to set when this worker was given no identity for the cluster, or none that can be used. While read: Fault
   * (port 'opener') AGE_NO_MATCH when none of them fits, AGE_BROKEN when the bytes are not what was encrypted, and what `bytes` throws.
   * Source: age-encryption.org/v1.
   */
  decrypt(cluster: string, bytes: AsyncIterable<Uint8Array>): AsyncIterable<Uint8Array>;
}
