import { stripVTControlCharacters } from 'node:util';

/**
 * What others wrote, fit for a terminal: escape sequences in a name could repaint it, and marks of writing direction could show
 * words in another order than they are in. Line breaks may stay.
 */
export function clean(text: string): string {
  return stripVTControlCharacters(text).replaceAll(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, '');
}
