import type { Evaluation } from '../evaluation/evaluate.js';
import { percent } from './percent.js';

/** More columns than this no terminal shows side by side; `--json` has them all. */
const MOST_COLUMNS = 20;

/** An evaluation as a person reads it. */
export function describeEvaluation({ count, heads, classes, perClass, confusion, majorityShare }: Evaluation): string {
  const headLines = Object.entries(heads).map(
    ([name, { loss, top1, top5 }]) => `${name.padEnd(14)} top-1 ${percent(top1)}  top-5 ${percent(top5)}  loss ${loss.toFixed(4)}`,
  );
  const width = Math.max(...classes.map((name) => name.length), 5);
  const showsConfusion = classes.length <= MOST_COLUMNS;
  const classLines = perClass.map(({ precision, recall, count: size }, index) => {
    const cells = showsConfusion ? confusion[index].map((cell) => String(cell).padStart(6)).join('') : '';
    return `${classes[index].padEnd(width)} ${String(size).padStart(6)}  ${percent(precision)}   ${percent(recall)}${cells}`;
  });
  return [
    `${count} pictures, ${classes.length} classes; always saying the largest class would reach ${percent(majorityShare).trim()}`,
    ...headLines,
    '',
    `${'class'.padEnd(width)}  count  precision  recall${showsConfusion ? '   predicted as (in the order of the rows)' : ''}`,
    ...classLines,
  ].join('\n');
}
