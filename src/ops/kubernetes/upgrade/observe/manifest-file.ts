import { bytesInWords } from '../../../../chatops/format.ts';
import type { ManifestFile } from '../observed.ts';
import { headsOfDocuments } from './heads-of-documents.ts';
import { kindsInYaml } from './kinds-in-yaml.ts';

/** What people may give: a site's manifests are some hundred KiB. */
const mostCharacters = 8 * 1024 * 1024;

/** The kinds in a file that somebody gave. What cannot be read is a gap: a template of Helm is no YAML until it is rendered. */
export function manifestFile(name: string, text: string): ManifestFile {
  const unread = (needs: string) => ({ name, kinds: { gap: { what: `what is in ${name}`, needs } } });
  if (text.length > mostCharacters)
    return unread(`It is larger than ${bytesInWords(mostCharacters)}: give it in parts.`);
  try {
    return { name, kinds: { known: kindsInYaml(headsOfDocuments(text)) } };
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    return unread('It is no YAML: give it as it is applied, rendered where it is a template.');
  }
}
