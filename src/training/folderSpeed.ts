import { InceptionError } from '../errors.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { namedNetwork, type NamedNetwork } from '../networks/namedNetwork.js';
import { replaceHead } from '../networks/replaceHead.js';
import { measureSpeed } from './measureSpeed.js';
import type { SpeedOf } from './planTraining.js';
import type { TrainFolderOptions } from './trainFolderOptions.js';
import { withinMemory } from './withinMemory.js';

/**
 * Measures networks one after the other, and says so.
 *
 * @param from The model that training starts from: then no other is measured.
 */
export function folderSpeed(
  classes: number,
  from: InceptionModel | undefined,
  { onMeasured, signal, engine }: Pick<TrainFolderOptions, 'onMeasured' | 'signal' | 'engine'>,
): SpeedOf {
  let measured = 0;
  onMeasured?.(measured);
  const measure = async (network: NamedNetwork, batch: number, enough?: number): Promise<number> => {
    throwIfAborted(signal);
    const model = from ? replaceHead(from, { classes, seed: 0 }) : namedNetwork({ ...network, classes });
    try {
      return await measureSpeed(model, batch, { enough, engine });
    } finally {
      model.dispose();
      onMeasured?.(++measured);
      // A step holds the thread; between networks timers and signals get their turn.
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return (network, batch, enough) => withinMemory({ network, batch }, () => measure(network, batch, enough));
}

/** @throws InceptionError `ABORTED` */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return;
  throw new InceptionError('ABORTED', 'trainFolder: ended by the caller before training began.', { cause: signal.reason });
}
