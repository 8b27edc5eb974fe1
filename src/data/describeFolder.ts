import type { ImageDataset } from './dataset.js';
import type { ImageFolder } from './imageFolder.js';

/** From this ratio of the largest class to the smallest on, the summary says that the classes are unbalanced. */
const UNBALANCED = 5;

/** Files named in the summary; the rest are counted. */
const FILES_NAMED = 10;

const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

/** `1,634 pictures (animals 378, food 319, …)`. */
function sideOf(dataset: ImageDataset): string {
  return `${count(dataset.count, 'picture')} (${dataset.classes.map((name, label) => `${name} ${dataset.classCounts[label].toLocaleString('en-US')}`).join(', ')})`;
}

/**
 * A summary of what was found in a folder, for people: pictures of each class on each side, whether the classes are unbalanced, what was
 * ignored, and which pictures cannot be read and why.
 *
 * @returns Lines of text without a final line break.
 */
export function describeFolder({ directory, train, validation, classes, unreadable, ignored }: ImageFolder): string {
  const lines = [`${directory}: ${count(classes.length, 'class', 'classes')}`, `  training    ${sideOf(train)}`];
  if (validation) lines.push(`  validation  ${sideOf(validation)}`);
  const largest = Math.max(...train.classCounts);
  const smallest = Math.min(...train.classCounts);
  if (smallest > 0 && largest >= UNBALANCED * smallest) {
    const name = (size: number): string => classes[train.classCounts.indexOf(size)];
    lines.push(
      `  unbalanced: ${name(largest)} has ${Math.round(largest / smallest)} times as many pictures as ${name(smallest)}; accuracy will favour it`,
    );
  }
  if (ignored > 0) lines.push(`  ignored: ${count(ignored, 'file')} that ${ignored === 1 ? 'is no picture' : 'are no pictures'}`);
  if (unreadable.length > 0) {
    lines.push(`  left out: ${count(unreadable.length, 'picture')} that cannot be read`);
    for (const { path, reason } of unreadable.slice(0, FILES_NAMED)) lines.push(`    ${path}: ${reason}`);
    if (unreadable.length > FILES_NAMED) lines.push(`    and ${unreadable.length - FILES_NAMED} more`);
  }
  return lines.join('\n');
}
