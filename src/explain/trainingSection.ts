import type { EpochRecord, TrainingReport } from '../training/trainingReport.js';
import { grouped } from '../cost/textTable.js';
import { epochTable, mainLoss } from './epochTable.js';
import { evenly } from './evenly.js';
import { html, type Html } from './html.js';
import { lineChart, type ChartSeries } from './lineChart.js';
import { duration, measure, nats, percent } from './numberText.js';
import type { PageSection } from './pageSection.js';
import { marksLegend } from './chartMarks.js';
import { trainingMarks } from './trainingMarks.js';

/** More epochs than this are thinned out before they are drawn: a screen has no more points. */
const MOST_DRAWN = 1000;

type Measured = Pick<NonNullable<EpochRecord['validation']>, 'loss' | 'top1'>;

/** Curves by epoch, what happened when, and the numbers behind them. */
export function trainingSection(training: TrainingReport, majorityShare: number): PageSection {
  const epochs = evenly(training.epochs, MOST_DRAWN);
  const marks = trainingMarks(training);
  const common = { xLabel: 'epoch', marks };
  const body = html`<p>${trainingSentences(training).join(' ')}</p>
    ${marksLegend(marks)}
    <div class="columns">
      ${lineChart({ ...common, title: 'Loss by epoch', yLabel: 'cross-entropy, nats', series: curves(epochs, mainLoss, ({ loss }) => loss), yRange: [0, 0], spell: nats, spellTick: measure })}
      ${lineChart({
        ...common,
        title: 'Accuracy (top-1) by epoch',
        yLabel: 'share of pictures right',
        series: curves(
          epochs,
          (record) => record.top1,
          ({ top1 }) => top1,
        ),
        levels: [{ name: 'always the commonest class', y: majorityShare }],
        yRange: [0, 1],
        spell: percent,
        spellTick: (share) => `${Math.round(100 * share)} %`,
      })}
      ${epochs.length > 1 && lineChart({ ...common, title: 'Learning rate by epoch', yLabel: "at the epoch's last step", series: [line(epochs, 'learning rate', ({ learningRate }) => learningRate)], yRange: [0, 0], spell: measure, spellTick: measure })}
      ${gradientChart(epochs, marks)}
    </div>
    <p class="note">
      Training values are means over an epoch while the weights moved, on pictures as augmentation left them and with dropout where there is
      any; validation values are taken after the epoch, on plain
      pictures.${epochs.some(({ averaged }) => averaged !== undefined) && ' The averaged weights are the exponential moving average of those that learn.'}${epochs.length < training.epochs.length && ` Of ${grouped(training.epochs.length)} epochs ${grouped(epochs.length)}, taken evenly, are drawn.`}
    </p>
    ${epochTable(training.epochs)}`;
  return { heading: 'Training', body };
}

function line(epochs: readonly EpochRecord[], name: string, valueOf: (record: EpochRecord) => number | undefined): ChartSeries {
  return { name, points: epochs.map((record) => ({ x: record.epoch, y: valueOf(record) ?? NaN })) };
}

/** One curve of training, and of validation with the weights as they are and as averaged where there are any. */
function curves(
  epochs: readonly EpochRecord[],
  ofTraining: (record: EpochRecord) => number,
  ofEvaluation: (evaluation: Measured) => number,
): ChartSeries[] {
  const series = [line(epochs, 'training', ofTraining)];
  for (const [key, name] of [
    ['validation', 'validation'],
    ['averaged', 'validation, averaged weights'],
  ] as const) {
    if (epochs.some((record) => record[key] !== undefined)) {
      series.push(line(epochs, name, ({ [key]: evaluation }) => evaluation && ofEvaluation(evaluation)));
    }
  }
  return series;
}

function gradientChart(epochs: readonly EpochRecord[], marks: ReturnType<typeof trainingMarks>): Html | false {
  if (epochs.length < 2 || epochs.every(({ gradientNorm }) => gradientNorm === undefined)) return false;
  return lineChart({
    ...{ title: 'Gradient by epoch', xLabel: 'epoch', yLabel: 'mean length, before clipping', marks },
    series: [line(epochs, 'gradient length', ({ gradientNorm }) => gradientNorm)],
    ...{ yRange: [0, 0], spell: measure, spellTick: measure },
  });
}

function trainingSentences(training: TrainingReport): string[] {
  const { epochs, best, restoredBest, steps, elapsedMs, stoppedEarly, settings, resumedAt, reestimation } = training;
  const sentences = [
    `${grouped(epochs.length)} ${epochs.length === 1 ? 'epoch' : 'epochs'}, ${grouped(steps)} steps, ${duration(elapsedMs)}.`,
  ];
  const judged = best.averaged ?? best.validation;
  if (judged !== undefined) {
    const which = best.averaged === undefined ? '' : ' with averaged weights';
    sentences.push(`Epoch ${best.epoch} was the best on the validation pictures (${percent(judged.top1)}${which})${restoredBest ? ', and its weights were kept' : ''}.`); // prettier-ignore
  }
  if (stoppedEarly) {
    const patience = settings.earlyStopping?.patience;
    sentences.push(`Training ended before its ${grouped(settings.epochs)} epochs: validation had not got better${patience === undefined ? '' : ` for ${patience} epochs`}.`); // prettier-ignore
  }
  if (resumedAt.length > 0) sentences.push(`It went on from a checkpoint ${resumedAt.length === 1 ? 'once' : `${resumedAt.length} times`}.`); // prettier-ignore
  return reestimation === undefined ? sentences : [...sentences, reestimationSentence(reestimation)];
}

function reestimationSentence({ before, after, kept }: NonNullable<TrainingReport['reestimation']>): string {
  const change = before && after ? ` (top-1 ${percent(before.top1)} before, ${percent(after.top1)} after)` : '';
  return `Batch normalization's statistics were measured anew${change} and ${kept ? 'kept' : 'not kept'}.`;
}
