import { bytesInWords } from '../../../../chatops/format.ts';
import type { ManifestFile } from '../observed.ts';
import { headsOfDocuments } from './heads-of-documents.ts';
import { kindsInYaml, lineOfMistake } from './kinds-in-yaml.ts';

/** What people may give: a site's manifests are some hundred KiB. */
const mostCharacters = 8 * 1024 * 1024;
/** To tell the line of a mistake a file is read once more, whole. */
const mostToReadAgain = 128 * 1024;
/** What is told of an object takes twice the room of the shortest that has a kind; of one with a hundred aliases, a hundred times. */
const mostGrowth = 10;

/**
 * The kinds in a file that somebody gave. What cannot be read is a gap: a template of Helm is no YAML until it is rendered. It may take minutes of
 * this thread, by what is in the file.
 */
export function manifestFile(name: string, text: string): ManifestFile {
  if (text.length > mostCharacters)
    return unread(name, `It is larger than ${bytesInWords(mostCharacters)}: give it in parts.`);
  try {
    const known = kindsInYaml(headsOfDocuments(text));
    if (JSON.stringify(known).length > mostGrowth * (text.length + 1))
      return unread(name, 'Its aliases make much of little: give it written out.');
    return { name, kinds: { known } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const line = text.length > mostToReadAgain ? undefined : lineOfMistake(text);
    const where = line === undefined ? '' : ` from line ${line} on`;
    return unread(name, `It is no YAML${where}: give it as it is applied, rendered where it is a template.`);
  }
}

/** A file in which nobody knows what is. */
export const unread = (name: string, needs: string): ManifestFile => ({
  name,
  kinds: { gap: { what: `what is in ${name}`, needs } },
});
