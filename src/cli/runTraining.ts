import { describeFolder } from '../data/describeFolder.js';
import { engineText } from '../training/engineText.js';
import { countText } from '../training/planReasons.js';
import { trainFolder, type TrainedFolder } from '../training/trainFolder.js';
import type { TrainFolderOptions } from '../training/trainFolderOptions.js';
import { stoppable } from './interrupt.js';
import { percent } from './percent.js';
import { startProgress, type Progress } from './progress.js';

/** Trains, and prints on standard error what a person wants to see: the data, the choices, progress, a line an epoch. */
export async function runTraining(directory: string, options: TrainFolderOptions): Promise<TrainedFolder> {
  let progress = startProgress('looking at the pictures');
  const next = (started: Progress): void => {
    progress.end();
    progress = started;
  };
  let isReading = false;
  try {
    const trained = await stoppable((signal) =>
      trainFolder(directory, {
        ...options,
        signal,
        onMeasured: (networks) => {
          if (networks === 0) next(startProgress('measuring how fast this machine learns'));
        },
        onProgress: (done, total) => {
          if (!isReading) next(startProgress('reading pictures', 1));
          isReading = true;
          progress.update(done / total);
        },
        onReady: async (prepared) => {
          const { folder, plan, model } = prepared;
          await options.onReady?.(prepared);
          next(startProgress('training', plan.training.epochs * folder.train.batchesPerEpoch));
          progress.say(describeFolder(folder));
          progress.say(`network    ${model.name}, ${model.countParams().toLocaleString('en-US')} parameters`);
          for (const reason of plan.reasons) progress.say(`  ${reason}`);
        },
        onResume: ({ epoch, epochs, steps }) => progress.say(`resumed    epoch ${epoch} of ${epochs}, after ${countText(steps, 'step')}`),
        onStep: ({ epoch, step, stepsPerEpoch, epochLoss, epochTop1, imagesPerSecond, learningRate }) => {
          const note = `loss ${epochLoss.toFixed(3)} top-1 ${percent(epochTop1)} rate ${learningRate.toPrecision(2)} ${Math.round(imagesPerSecond)} pictures/s`;
          progress.update((epoch - 1) * stepsPerEpoch + step, note);
        },
        onEpoch: ({ epoch, loss, top1, validation, averaged, imagesPerSecond }) => {
          const held = validation ? `   held out: loss ${validation.loss.toFixed(3)} top-1 ${percent(validation.top1)}` : '';
          const average = averaged ? `   averaged: ${percent(averaged.top1)}` : '';
          const rate = `${Math.round(imagesPerSecond)} pictures/s`;
          progress.say(`epoch ${String(epoch).padStart(3)}   loss ${loss.toFixed(3)} top-1 ${percent(top1)}${held}${average}   ${rate}`);
        },
      }),
    );
    progress.say(`engine     ${engineText(trained.report.engine)}`);
    return trained;
  } finally {
    progress.end();
  }
}
