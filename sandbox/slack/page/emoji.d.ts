export function isEmoji(name: string): boolean;
/** The character behind a short name, such as `tada`; the name in colons when it is not one of the common ones. */
export function emojiCharacter(name: string): string;
