import * as tf from '@tensorflow/tfjs';
import { RecordedFunction, type RecordedFunctionSettings } from '../compile/recordedFunction.js';
import type { InceptionModel } from '../networks/inceptionModel.js';
import { eagerStep, type StepSettings } from './eagerStep.js';
import type { StepBatch, StepResult, StepScalars, TrainingStep } from './trainingStep.js';

/** What is told of a step that becomes a graph. */
export type GraphStepEvents = Pick<RecordedFunctionSettings, 'onCompiled' | 'onRefused'>;

/**
 * The same step as {@link eagerStep}'s as one native graph, from the third batch of a size on: the first two run operation by operation
 * and are recorded. Sizes that come only now and then, such as an epoch's last one, get their graph late. Where a layer is frozen or
 * given another setting, all of that begins anew. On a backend without graphs it stays as it was.
 *
 * @throws InceptionError as {@link eagerStep}.
 */
export function graphStep(model: InceptionModel, settings: StepSettings, events: GraphStepEvents): TrainingStep {
  const eager = eagerStep(model, settings);
  const recorded = new RecordedFunction(
    (inputs) => {
      const given = inputs as unknown as StepInputs;
      const result = eager.run(batchOf(given), given);
      const { lossLimit } = given;
      return { outputs: namedResult(eager.heads, result), ...(lossLimit && { condition: tf.lessEqual(result.loss, lossLimit) }) };
    },
    { variables: eager.variables, layers: model.layers, ...events },
  );
  return {
    ...eager,
    run(batch, scalars) {
      eager.handOver();
      try {
        return resultOf(eager.heads, recorded.run(inputsOf(batch, scalars)));
      } catch (error) {
        // A step that was recorded, and refused, has not been made. A graph that TensorFlow breaks off has moved no weight, unless it was
        // in the midst of moving them.
        eager.takeBack();
        throw error;
      }
    },
    dispose() {
      recorded.dispose();
      eager.dispose();
    },
  };
}

type StepInputs = StepScalars &
  Pick<StepBatch, 'images' | 'labels'> & { readonly mixedLabels?: tf.Tensor1D; readonly mixedShares?: tf.Tensor1D };

function inputsOf({ images, labels, mixed }: StepBatch, scalars: StepScalars): Record<string, tf.Tensor> {
  const { learningRate, step, headWeights, seed, lossLimit } = scalars;
  return {
    ...{ images, labels, learningRate, step, headWeights, seed },
    ...(lossLimit && { lossLimit }),
    ...(mixed && { mixedLabels: mixed.labels, mixedShares: mixed.shares }),
  };
}

function batchOf({ images, labels, mixedLabels, mixedShares }: StepInputs): StepBatch {
  return { images, labels, ...(mixedLabels && mixedShares && { mixed: { labels: mixedLabels, shares: mixedShares } }) };
}

/** Nodes of a graph have names of few characters: heads go by their place. */
function namedResult(heads: readonly string[], { headLosses, ...result }: StepResult): Record<string, tf.Tensor> {
  return { ...result, ...Object.fromEntries(heads.map((head, index) => [`head_${index}`, headLosses[head]])) };
}

function resultOf(heads: readonly string[], named: Record<string, tf.Tensor>): StepResult {
  const { loss, correct, gradientNorm } = named as Record<string, tf.Scalar>;
  return {
    loss,
    correct,
    gradientNorm,
    headLosses: Object.fromEntries(heads.map((head, index) => [head, named[`head_${index}`] as tf.Scalar])),
  };
}
