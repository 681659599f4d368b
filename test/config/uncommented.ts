/**
 * YAML with what is commented out in it taken in: `# key: …`, and items of lists. Prose stays a comment, for it has a space before its first colon or
 * begins with a capital letter.
 */
export const uncommented = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.replace(/^( *)# ( *(?:- )?(?:[A-Z][A-Z0-9_]+|[a-z][A-Za-z0-9-]*):(?: .*)?)$/, '$1$2'))
    .map((line) => line.replace(/^( *)# ( *- [{[].*)$/, '$1$2'))
    .join('\n');
