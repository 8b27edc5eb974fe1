const VOID_ELEMENTS = new Set(['meta', 'img', 'br', 'hr', 'link', 'input']);

/** One tag with quoted attributes only, as the pages here are written. */
const TAG = /^<(\/?)([a-zA-Z][a-zA-Z0-9]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"<]*")?)*)\s*(\/?)>/;
const ENTITY = /^&(?:amp|lt|gt|quot|#39);/;

/**
 * Reads a page strictly: every tag closed in its order, every attribute quoted and named once, every `<` and `&` part of a tag or an entity.
 *
 * @returns The first fault with the text around it, or nothing.
 */
export function brokenMarkup(page: string): string | undefined {
  const open: string[] = [];
  let rest = page.replace(/^<!doctype html>/, '').replace(/<style>[^<]*<\/style>/, '');
  while (rest !== '') {
    const next = rest.search(/[<&]/);
    if (next === -1) break;
    rest = rest.slice(next);
    const entity = ENTITY.exec(rest);
    const tag = TAG.exec(rest);
    if (entity === null && tag === null) return `stray '${rest[0]}': ${rest.slice(0, 60)}`;
    rest = rest.slice((entity ?? tag)![0].length);
    if (tag === null) continue;
    const [whole, closing, name, attributes, selfClosing] = tag;
    const names = [...attributes.matchAll(/\s([a-zA-Z][a-zA-Z0-9:-]*)="/g)].map((match) => match[1]);
    if (new Set(names).size !== names.length) return `an attribute twice: ${whole}`;
    if (closing) {
      const last = open.pop();
      if (last !== name) return `</${name}> where </${last}> is due: …${rest.slice(0, 60)}`;
    } else if (!selfClosing && !VOID_ELEMENTS.has(name)) open.push(name);
  }
  return open.length === 0 ? undefined : `not closed: ${open.join(', ')}`;
}
