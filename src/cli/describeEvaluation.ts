import { grouped, textTable, type Column } from '../cost/textTable.js';
import type { HeadComparison } from '../evaluation/compareHeads.js';
import type { EarlyExit } from '../evaluation/earlyExit.js';
import type { Evaluation } from '../evaluation/evaluationTally.js';
import type { HeadEvaluation } from '../evaluation/metrics.js';
import { percent } from './percent.js';

/** More columns than this no terminal shows side by side; `--json` has them all. */
const MOST_COLUMNS = 20;

/** Loss and accuracy on one line. */
function headLine(name: string, { loss, top1, top5 }: HeadEvaluation, width: number): string {
  return `${name.padEnd(width)} top-1 ${percent(top1)}  top-5 ${percent(top5)}  loss ${loss.toFixed(4)}`;
}

const meanOf = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** What a model answers, as a whole: heads, members, top-k, calibration. */
function answerLines({ heads, members = [], topK = [], calibration, perClass }: Evaluation): string[] {
  const width = Math.max(14, ...[...Object.keys(heads), ...members.map(({ name }) => name)].map((name) => name.length));
  const seen = perClass.filter(({ count }) => count > 0);
  const macro = `${percent(meanOf(seen.map(({ recall }) => recall))).trim()}, mean F1 ${percent(meanOf(seen.map(({ f1 }) => f1))).trim()}`;
  return [
    ...Object.entries(heads).map(([name, head]) => headLine(members.length > 0 ? `${name}, together` : name, head, width)),
    ...members.map((member) => headLine(member.name, member, width)),
    ...(topK.length > 0 ? [topK.map(({ k, accuracy }) => `top-${k} ${percent(accuracy).trim()}`).join('  ')] : []),
    `mean recall of the classes ${macro}; expected calibration error ${percent(calibration.expectedCalibrationError).trim()}`,
  ];
}

/** An evaluation as a person reads it. */
export function describeEvaluation(evaluation: Evaluation): string {
  const { count, classes, perClass, confusion, majorityShare, crops } = evaluation;
  const width = Math.max(...classes.map((name) => name.length), 5);
  const showsConfusion = classes.length <= MOST_COLUMNS;
  const classLines = perClass.map(({ precision, recall, f1, count: size }, index) => {
    const cells = showsConfusion ? confusion[index].map((cell) => String(cell).padStart(6)).join('') : '';
    return `${classes[index].padEnd(width)} ${String(size).padStart(6)}  ${percent(precision)}   ${percent(recall)}   ${percent(f1)}${cells}`;
  });
  const views = crops === undefined ? '' : `, ${crops} crops of each`;
  return [
    `${count} pictures${views}, ${classes.length} classes; always saying the largest class would reach ${percent(majorityShare).trim()}`,
    ...answerLines(evaluation),
    '',
    `${'class'.padEnd(width)}  count  precision  recall        F1${showsConfusion ? '   predicted as (in the order of the rows)' : ''}`,
    ...classLines,
  ].join('\n');
}

const RIGHT = (head: string): Column => ({ head, align: 'right' });

/** A comparison of heads as a person reads it. */
export function describeHeads({ heads, combinations, bestHead, voteFits }: HeadComparison): string {
  const rows = { ...heads, 'surest head': combinations.best, 'mean of heads': combinations.mean, 'calibrated vote': combinations.vote };
  const table = textTable(
    [{ head: 'answer of', align: 'left' }, RIGHT('top-1'), RIGHT('top-5'), RIGHT('loss'), RIGHT('calibration error')],
    Object.entries(rows).map(([name, { top1, top5, loss, expectedCalibrationError }]) => [
      ...[name, percent(top1), percent(top5), loss.toFixed(4), percent(expectedCalibrationError)],
    ]),
  );
  const fits = voteFits.map(({ temperatures, fittedOn, judgedOn }) => {
    const values = Object.entries(temperatures).map(([head, temperature]) => `${head} ${temperature.toFixed(2)}`);
    return `temperatures ${values.join(', ')}: fitted on ${fittedOn} pictures, used for the other ${judgedOn}`;
  });
  return [table, `best head: ${bestHead}`, ...fits].join('\n');
}

/** What answering early saves, as a person reads it. */
export function describeEarlyExit({ multiplyAdds, top1, points }: EarlyExit): string {
  const heads = Object.keys(points[0].answeredBy);
  const table = textTable(
    [RIGHT('sure by'), RIGHT('top-1'), RIGHT('multiply-adds'), RIGHT('saved'), ...heads.map((head) => RIGHT(`by ${head}`))],
    points.map((point) => [
      ...[
        `${Number((100 * point.threshold).toFixed(2))} %`,
        percent(point.top1),
        grouped(Math.round(point.multiplyAdds)),
        percent(point.saved),
      ],
      ...heads.map((head) => percent(point.answeredBy[head])),
    ]),
  );
  const whole = `the whole network: top-1 ${percent(top1).trim()} with ${grouped(multiplyAdds)} multiply-adds a picture`;
  return [`answering at the first head that is sure enough; ${whole}`, table].join('\n');
}
