/** Of an object these tell what it is; a list has others in it. */
const telling = /^["']?(apiVersion|kind|metadata|items)["']?:(\s|$)/;
const key = /^[\w$"'.-]+:(\s|$)/;
/** Below a key, or between documents. */
const between = /^(\s|#|- |-$|---\s*$|$)/;
/** Something that another part of the document may refer to, or refers to. */
const anchor = /(^|[\s[{,])[&*]\w/;

/**
 * The same YAML with only those parts of each document that tell what it is. The rest is most of it: to read it takes more than a second for each
 * megabyte, and meanwhile this process does nothing else. In a mapping written in blocks all that is below a key is indented, lists aside
 * (YAML 1.2.2, 8.2). A document that is written otherwise, has anchors, or tells nothing stays whole.
 */
export function headsOfDocuments(text: string): string {
  return text
    .split(/^(?=---(?:\s|$))/m)
    .map(headOf)
    .join('');
}

function headOf(document: string): string {
  const lines = document.split('\n');
  const isPlain = lines.every((line) => between.test(line) || key.test(line));
  if (!isPlain || anchor.test(document) || !lines.some((line) => telling.test(line))) return document;
  let tells = true;
  const kept = lines.filter((line) => {
    if (!between.test(line)) tells = telling.test(line);
    return tells || line.startsWith('---');
  });
  return `${kept.join('\n')}\n`;
}
