const noResource = '(other)';

/**
 * The resource of a key as a manifest names it: what follows /registry/, and the part after that too where the first names an API group
 * (cert-manager.io/certificates) or is `services` (services/specs); '(other)' for keys of another form. The same rule as revision-log's, which
 * counts in bytes.
 */
export function resourceOf(key: string): string {
  const [before, root, first, second, ...more] = key.split('/');
  if (before !== '' || root === undefined || first === undefined || second === undefined) return noResource;
  if (!first.includes('.') && first !== 'services') return first;
  return more.length > 0 ? `${first}/${second}` : noResource;
}
