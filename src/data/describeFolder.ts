import type { ClassBalance } from './classBalance.js';
import type { ImageDataset } from './dataset.js';
import type { DuplicateReport } from './duplicateReport.js';
import type { FolderCache, ImageFolder } from './imageFolder.js';

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

/** `2 held-out pictures are training pictures too, 1 more looks like one`. */
function sharedText({ exact, heldOutInTraining }: DuplicateReport): string {
  const same = exact.heldOutInTraining;
  const alike = heldOutInTraining - same;
  if (same === 0)
    return alike === 1
      ? '1 held-out picture looks like a training picture'
      : `${count(alike, 'held-out picture')} look like training pictures`;
  const first =
    same === 1 ? '1 held-out picture is a training picture too' : `${count(same, 'held-out picture')} are training pictures too`;
  return alike === 0 ? first : `${first}, ${alike.toLocaleString('en-US')} more ${alike === 1 ? 'looks' : 'look'} like one`;
}

/** What of the duplicates spoils training or its measure, and what to do about it. */
function duplicateLines(duplicates: DuplicateReport): string[] {
  const { exact, near, heldOutInTraining, dropped } = duplicates;
  const lines: string[] = [];
  if (dropped > 0) lines.push(`  duplicates: ${count(dropped, 'training picture')} left out, as ${sharedText(duplicates)}`);
  else if (heldOutInTraining > 0) {
    const advice = "leave them out of training with duplicates: 'drop' (--duplicates drop)";
    lines.push(
      `  duplicates: ${sharedText(duplicates)}: accuracy may look better than it is; ${advice}`,
      ...named(duplicates, 'acrossSplit'),
    );
  }
  const conflicts = [
    ...(exact.acrossClasses > 0 ? [`${count(exact.acrossClasses, 'picture')} in several classes`] : []),
    ...(near.acrossClasses > 0 ? [`${count(near.acrossClasses, 'group')} of pictures that look alike in several classes`] : []),
  ];
  if (conflicts.length > 0) {
    lines.push(`  label conflicts: ${conflicts.join(', ')}; see which label is right`, ...named(duplicates, 'acrossClasses'));
  }
  if (exact.alone > 0)
    lines.push(`  copies: ${count(exact.alone, 'picture')} more than once on one side; remove copies, or they count as often`);
  return lines;
}

function balanceLines({ isUnbalanced, largest, smallest, ratio, advice }: ClassBalance): string[] {
  if (!isUnbalanced) return [];
  const times = Number.isFinite(ratio)
    ? `${Math.round(ratio).toLocaleString('en-US')} times as many pictures as ${smallest}`
    : `pictures and ${smallest} has none`;
  return [`  unbalanced: ${largest} has ${times}; accuracy will favour it. ${advice}`];
}

function cacheLines({ directory, reused, stopped }: FolderCache): string[] {
  const lines = reused > 0 ? [`  cache: ${count(reused, 'picture')} decoded by an earlier run`] : [];
  return stopped === undefined ? lines : [...lines, `  cache: nothing more is stored in ${directory}: ${stopped}`];
}

/**
 * A summary of what was found in a folder, for people: pictures of each class on each side, and where there is something to do about it,
 * that classes are unbalanced, which pictures stand on both sides or in several classes, and which cannot be read and why.
 *
 * @returns Lines of text without a final line break.
 */
export function describeFolder({ path, train, validation, classes, unreadable, ignored, duplicates, balance, cache }: ImageFolder): string {
  const lines = [`${path}: ${count(classes.length, 'class', 'classes')}`, `  training    ${sideOf(train)}`];
  if (validation) lines.push(`  validation  ${sideOf(validation)}`);
  lines.push(...balanceLines(balance));
  if (duplicates) lines.push(...duplicateLines(duplicates));
  if (ignored > 0) lines.push(`  ignored: ${count(ignored, 'file')} that ${ignored === 1 ? 'is no picture' : 'are no pictures'}`);
  if (cache) lines.push(...cacheLines(cache));
  if (unreadable.length > 0) {
    lines.push(`  left out: ${count(unreadable.length, 'picture')} that cannot be read`);
    for (const file of unreadable.slice(0, FILES_NAMED)) lines.push(`    ${file.path}: ${file.reason}`);
    if (unreadable.length > FILES_NAMED) lines.push(`    and ${unreadable.length - FILES_NAMED} more`);
  }
  return lines.join('\n');
}
