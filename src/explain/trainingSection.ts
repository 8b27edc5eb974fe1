import type { TrainingReport } from '../training/trainingReport.js';
import { grouped } from '../cost/textTable.js';
import { html, type Html } from './html.js';
import { lineChart, type ChartSeries } from './lineChart.js';
import { duration, measure, nats, percent } from './numberText.js';

type EpochRecord = TrainingReport['epochs'][number];

/** Curves of loss and accuracy by epoch, and the numbers behind them. */
export function trainingSection(training: TrainingReport, majorityShare: number): Html {
  const { epochs, best, restoredBest, steps, elapsedMs } = training;
  const validated = epochs.some(({ validation }) => validation !== undefined);
  const series = (ofTraining: (record: EpochRecord) => number, ofValidation: (record: EpochRecord) => number): ChartSeries[] => {
    const points = (valueOf: (record: EpochRecord) => number): ChartSeries['points'] =>
      epochs.map((record) => ({ x: record.epoch, y: valueOf(record) }));
    const learnt = { name: 'training', points: points(ofTraining) };
    return validated ? [learnt, { name: 'validation', points: points(ofValidation) }] : [learnt];
  };
  return html`<section>
    <h2>Training</h2>
    <p>
      ${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}, ${grouped(steps)} steps, ${duration(elapsedMs)}.
      ${bestSentence(best, restoredBest)}
    </p>
    <div class="columns">
      ${lineChart({ title: 'Loss by epoch', xLabel: 'epoch', yLabel: 'cross-entropy, nats', series: series(mainLoss, ({ validation }) => validation?.loss ?? NaN), yRange: [0, 0], spell: nats, spellTick: measure })}
      ${lineChart({
        title: 'Accuracy (top-1) by epoch',
        xLabel: 'epoch',
        yLabel: 'pictures right',
        series: series(
          ({ top1 }) => top1,
          ({ validation }) => validation?.top1 ?? NaN,
        ),
        levels: [{ name: 'always the commonest class', y: majorityShare }],
        yRange: [0, 1],
        spell: percent,
        spellTick: (share) => `${Math.round(100 * share)} %`,
      })}
    </div>
    <p class="note">
      Training values are means over an epoch while the weights moved, on pictures as augmentation left them and with dropout where there is
      any; validation values are taken after the epoch, on plain pictures.
    </p>
    ${epochTable(epochs)}
  </section>`;
}

/** The main head's own loss: the record's `loss` also holds the auxiliary heads' shares, which validation leaves out. */
function mainLoss({ headLosses, loss }: EpochRecord): number {
  return headLosses.main ?? loss;
}

function bestSentence({ epoch, validation }: EpochRecord, restored: boolean): string {
  if (validation === undefined) return '';
  return `Epoch ${epoch} was the best on the validation pictures (${percent(validation.top1)})${restored ? ', and its weights were kept' : ''}.`;
}

function epochTable(epochs: readonly EpochRecord[]): Html {
  const heads = ['epoch', 'training loss', 'training top-1', 'validation loss', 'validation top-1', 'learning rate', 'time', 'pictures/s'];
  return html`<details>
    <summary>Every epoch in numbers</summary>
    <div class="scroll">
      <table>
        <caption>
          Loss in nats of the main classifier.
        </caption>
        <thead>
          <tr>
            ${heads.map((head) => html`<th scope="col" class="number">${head}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${epochs.map(
            (record) =>
              html`<tr>
                ${epochCells(record).map((cell) => html`<td class="number">${cell}</td>`)}
              </tr> `,
          )}
        </tbody>
      </table>
    </div>
  </details>`;
}

function epochCells(record: EpochRecord): (string | number)[] {
  const { epoch, top1, validation, learningRate, elapsedMs, imagesPerSecond } = record;
  const checked = validation === undefined ? ['–', '–'] : [nats(validation.loss), percent(validation.top1)];
  return [epoch, nats(mainLoss(record)), percent(top1), ...checked, measure(learningRate), duration(elapsedMs), measure(imagesPerSecond)];
}
