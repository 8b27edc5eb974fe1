/** A stable 32-bit number for a text (FNV-1a over its UTF-8), so that a layer's name can seed what it draws. */
export function hashText(text: string): number {
  let hash = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash;
}
