import { PAPER_AUGMENTATION } from '../data/augmentation.js';
import { countText, durationText, speedText } from './planReasons.js';
import type { PlanRequest } from './planRequest.js';
import type { SpeedOf, TrainingPlan } from './planTraining.js';
import { GOOGLENET_SCHEDULE } from './schedules.js';

/**
 * GoogLeNet as arXiv:1409.4842 trains it, whatever time it takes; where the paper names no number, Caffe's bvlc_googlenet's.
 *
 * @param data Pictures to learn from, and what an epoch costs in training pictures, with the held-out ones.
 */
export async function paperPlan(
  request: PlanRequest,
  { pictures, epochCost }: { readonly pictures: number; readonly epochCost: number },
  speedOf: SpeedOf,
): Promise<TrainingPlan> {
  const { size = [224, 224], batch = 32, learningRate = 0.01 } = request;
  const epochs = typeof request.epochs === 'object' ? request.epochs[1] : (request.epochs ?? 60);
  const network = { variant: 'paper', auxiliaryHeads: true, inputShape: [size[0], size[1], 3] } as const;
  const speed = await speedOf(network, batch);
  const asked = (value: unknown): string => (value === undefined ? '' : ' as asked');
  return {
    network,
    size,
    batch,
    augmentation: PAPER_AUGMENTATION,
    training: { epochs, optimizer: { kind: 'sgd', momentum: 0.9 }, learningRate, schedule: GOOGLENET_SCHEDULE, weightDecay: 2e-4 },
    reasons: [
      'network, heads (0.3), crops, momentum 0.9 and the rate falling 4 % every 8 epochs: arXiv:1409.4842, §5–6',
      `learning rate ${learningRate}${asked(request.learningRate)}, batches of ${batch}${asked(request.batch)}, weight decay 2e-4: the paper names none; what is not asked for is Caffe's`,
      `${countText(epochs, 'epoch')}${asked(request.epochs)}: ${countText(epochs * Math.ceil(pictures / batch), 'step')}, about ${durationText((epochs * epochCost) / speed / 60)} at ${speedText(speed)} measured`,
      "it is the recipe for ImageNet's 1.2 million pictures, and slow to learn from few",
    ],
  };
}
