import type { ClassBalance } from './classBalance.js';
import type { ImageDataset } from './dataset.js';
import type { DuplicateReport } from './duplicateReport.js';
import type { ImageFolder } from './imageFolder.js';

/** Files named in the summary; the rest are counted. */
const FILES_NAMED = 10;

/** Groups of duplicates named in the summary, and pictures of each. */
const GROUPS_NAMED = 3;
const PICTURES_NAMED = 3;

const count = (number: number, one: string, many = `${one}s`): string => `${number.toLocaleString('en-US')} ${number === 1 ? one : many}`;

/** `1,634 pictures (animals 378, food 319, …)`. */
function sideOf(dataset: ImageDataset): string {
  return `${count(dataset.count, 'picture')} (${dataset.classes.map((name, label) => `${name} ${dataset.classCounts[label].toLocaleString('en-US')}`).join(', ')})`;
}

/** Some of the groups, a line each. */
function named({ exact, near }: DuplicateReport, flag: 'acrossSplit' | 'acrossClasses'): string[] {
  const groups = [...exact.groups, ...near.groups].filter((group) => group[flag]);
  return groups.slice(0, GROUPS_NAMED).map(({ pictures, count: all }) => {
    const shown = pictures.slice(0, PICTURES_NAMED).map(({ name, label, side }) => `${name} (${label}, ${side})`);
    return `    ${shown.join(' = ')}${all > shown.length ? ` and ${all - shown.length} more` : ''}`;
  });
}

/** What of the duplicates spoils training or its measure, and what to do about it. */
function duplicateLines(duplicates: DuplicateReport): string[] {
  const { exact, near, heldOutInTraining, dropped } = duplicates;
  const lines: string[] = [];
  const shared = `${count(heldOutInTraining, 'held-out picture')} ${heldOutInTraining === 1 ? 'stands' : 'stand'} in training too, ${exact.heldOutInTraining} of them byte for byte`;
  if (dropped > 0) lines.push(`  duplicates: ${count(dropped, 'training picture')} left out, as ${shared}`);
  else if (heldOutInTraining > 0) {
    const advice = "leave the copies out of training with duplicates: 'drop' (--duplicates drop)";
    lines.push(`  duplicates: ${shared}; accuracy will look better than it is: ${advice}`, ...named(duplicates, 'acrossSplit'));
  }
  const conflicts = exact.acrossClasses + near.acrossClasses;
  if (conflicts > 0) {
    const of = `${count(conflicts, 'picture')} ${conflicts === 1 ? 'is' : 'are'} in several classes, ${exact.acrossClasses} of them byte for byte`;
    lines.push(`  label conflicts: ${of}; keep each in one class:`, ...named(duplicates, 'acrossClasses'));
  }
  const copies = exact.count - exact.acrossSplit;
  if (copies > 0)
    lines.push(
      `  copies: ${count(copies, 'picture')} on one side ${copies === 1 ? 'is' : 'are'} there more than once; each counts as often`,
    );
  return lines;
}

function balanceLines({ isUnbalanced, largest, smallest, ratio, advice }: ClassBalance): string[] {
  if (!isUnbalanced) return [];
  const times = Number.isFinite(ratio)
    ? `${Math.round(ratio).toLocaleString('en-US')} times as many pictures as ${smallest}`
    : `pictures and ${smallest} has none`;
  return [`  unbalanced: ${largest} has ${times}; accuracy will favour it. ${advice}`];
}

/**
 * A summary of what was found in a folder, for people: pictures of each class on each side, and where there is something to do about it,
 * that classes are unbalanced, which pictures stand on both sides or in several classes, and which cannot be read and why.
 *
 * @returns Lines of text without a final line break.
 */
export function describeFolder({ path, train, validation, classes, unreadable, ignored, duplicates, balance }: ImageFolder): string {
  const lines = [`${path}: ${count(classes.length, 'class', 'classes')}`, `  training    ${sideOf(train)}`];
  if (validation) lines.push(`  validation  ${sideOf(validation)}`);
  lines.push(...balanceLines(balance));
  if (duplicates) lines.push(...duplicateLines(duplicates));
  if (ignored > 0) lines.push(`  ignored: ${count(ignored, 'file')} that ${ignored === 1 ? 'is no picture' : 'are no pictures'}`);
  if (unreadable.length > 0) {
    lines.push(`  left out: ${count(unreadable.length, 'picture')} that cannot be read`);
    for (const file of unreadable.slice(0, FILES_NAMED)) lines.push(`    ${file.path}: ${file.reason}`);
    if (unreadable.length > FILES_NAMED) lines.push(`    and ${unreadable.length - FILES_NAMED} more`);
  }
  return lines.join('\n');
}
