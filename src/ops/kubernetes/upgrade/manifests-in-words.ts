import { counted, firstFew } from '../../../chatops/format.ts';
import type { Observed } from './observed.ts';

/** '3 files given (a.yaml; b.yaml; values.yaml), 4 objects read; no object in values.yaml; not read: b.yaml'. Undefined where nobody gave any. */
export function manifestsInWords(manifests: Observed['manifests']): string | undefined {
  if ('gap' in manifests || manifests.known.length === 0) return undefined;
  const files = manifests.known;
  const read = files.flatMap(({ name, kinds }) => ('known' in kinds ? [{ name, objects: kinds.known.length }] : []));
  const objects = read.reduce((sum, one) => sum + one.objects, 0);
  const empty = read.filter((one) => one.objects === 0).map(({ name }) => name);
  const unread = files.flatMap(({ name, kinds }) => ('gap' in kinds ? [name] : []));
  return [
    `${counted(files.length, 'file')} given (${firstFew(files.map(({ name }) => name))}), ${counted(objects, 'object')} read`,
    ...(empty.length > 0 ? [`no object in ${firstFew(empty)}`] : []),
    ...(unread.length > 0 ? [`not read: ${firstFew(unread)}`] : []),
  ].join('; ');
}
