/** A key from a listing asked for with `EncodingType: url`, without which XML could not carry every key. */
export function decodeKey(key: string, encoding: string | undefined): string {
  return encoding === 'url' ? decodeURIComponent(key.replaceAll('+', ' ')) : key;
}
