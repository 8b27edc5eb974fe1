import type { ImageFolder } from '../data/imageFolder.js';

const SHOWN = 5;

/** Names the files that were left out, on standard error: the first few, and how many more. */
export function reportUnreadable({ unreadable }: ImageFolder): void {
  if (unreadable.length === 0) return;
  const lines = unreadable.slice(0, SHOWN).map(({ path, reason }) => `  ${path}: ${reason}`);
  if (unreadable.length > SHOWN) lines.push(`  and ${unreadable.length - SHOWN} more`);
  process.stderr.write(`left out ${unreadable.length} unreadable ${unreadable.length === 1 ? 'file' : 'files'}:\n${lines.join('\n')}\n`);
}
