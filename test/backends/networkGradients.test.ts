import * as tf from '@tensorflow/tfjs';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { hasAuxiliaryHeads } from '../../src/spec/networkSpec.js';
import { inceptionNet } from '../../src/networks/inceptionNet.js';
import type { BackendName } from '../../src/backends/backendDriver.js';
import { useBackend } from '../../src/backends/useBackend.js';
import { logitsGraph } from '../../src/evaluation/logitsGraph.js';
import { traceShapes } from '../../src/spec/traceShapes.js';
import type { NetworkSpec, Step } from '../../src/spec/types.js';
import { softmaxCrossEntropy, weightedLoss } from '../../src/training/losses.js';
import { trainableParameters } from '../../src/training/trainableParameters.js';
import { BACKENDS_BESIDE_CPU } from '../backendUnderTest.js';
import { difference, numbers, type Values } from '../kernels/twoBackends.js';
import { EVERY_NETWORK, narrowNetwork } from '../networks/everyNetwork.js';

type Named = Record<string, Values>;

const read = (tensor: tf.Tensor): Values => ({ shape: tensor.shape, values: tensor.dataSync() });

/** The logits of all heads, the gradient of every parameter, and in training what batch normalization remembers. */
function passes(model: InceptionModel, batch: number, training: boolean): Named {
  const graph = logitsGraph(model);
  const parameters = trainableParameters(model);
  const shape: [number, number, number, number] = [batch, ...(model.spec.inputShape as [number, number, number])];
  const found: Named = {};
  tf.tidy(() => {
    const images = tf.tensor4d(numbers(shape, 7).values, shape);
    const labels = Array.from({ length: batch }, (_, index) => index % model.spec.classes);
    const targets = { values: tf.oneHot(tf.tensor1d(labels, 'int32'), model.spec.classes).toFloat() as tf.Tensor2D };
    const weights = tf.ones<tf.Rank.R1>([graph.heads.length]);
    const loss = (): tf.Scalar => {
      const logits = graph.run(images, training);
      logits.forEach((values, index) => void (found[`${graph.heads[index]} logits`] = read(values)));
      return weightedLoss(
        logits.map((values) => softmaxCrossEntropy(targets, values)),
        weights,
      );
    };
    const { grads } = tf.variableGrads(
      loss,
      parameters.map(({ variable }) => variable),
    );
    for (const { name, variable } of parameters) found[`gradient of ${name}`] = read(grads[variable.name]);
    for (const weight of training ? model.nonTrainableWeights : []) found[weight.originalName] = read(weight.read());
  });
  return found;
}

/** A tensor in which a backend differs from cpu, and by how much: max|a − b| / max|b|. */
type Farthest = readonly [backend: BackendName, tensor: string, difference: number];

async function passesOn(backend: BackendName, build: () => InceptionModel, batch: number, training: boolean): Promise<Named> {
  await useBackend(backend);
  const model = build();
  const found = passes(model, batch, training);
  model.dispose();
  return found;
}

/** What each backend makes of the same network as cpu, and where it differs most. */
async function compare(
  build: () => InceptionModel,
  batch: number,
  training: boolean,
): Promise<{ tensors: number; farthest: readonly Farthest[] }> {
  const cpu = await passesOn('cpu', build, batch, training);
  const names = Object.keys(cpu);
  const farthest: Farthest[] = [];
  for (const backend of BACKENDS_BESIDE_CPU) {
    const other = await passesOn(backend, build, batch, training);
    expect(Object.keys(other)).toEqual(names);
    const differences = names.map((name): Farthest => [backend, name, difference(other[name], cpu[name])]);
    farthest.push(differences.reduce((most, one) => (one[2] > most[2] ? one : most)));
  }
  return { tensors: names.length, farthest };
}

function expectNear(farthest: readonly Farthest[]): void {
  expect(farthest).toHaveLength(BACKENDS_BESIDE_CPU.length);
  expect(farthest.filter(([, , apart]) => !(apart <= 1e-4))).toEqual([]);
}

/** A step of a trunk as a network of its own: 9 × 9 pixels, as many channels as it has in the trunk, and a classifier. */
function alone(spec: NetworkSpec, step: Step): NetworkSpec {
  const [before] = spec.trunk.slice(spec.trunk.indexOf(step) - 1);
  const shapes = traceShapes(spec);
  const filters = shapes.findLast(({ name }) => name === before.name)!.outputShape[2];
  return {
    ...spec,
    inputShape: [9, 9, 3],
    trunk: [{ op: 'convolution', name: 'conv', filters, kernelSize: 3 }, step],
    top: [{ op: 'globalAveragePool', name: 'global_pool' }],
    auxiliaryHeads: [],
  };
}

/** The modules of a trunk that differ in more than their name, and its separable convolutions. */
function distinctModules({ trunk }: NetworkSpec): readonly Step[] {
  const shapeOf = (step: Step): string => JSON.stringify({ ...step, name: '' });
  const modules = trunk.filter(({ op }) => op === 'module' || op === 'separableConvolution');
  return modules.filter((step, place) => modules.findIndex((other) => shapeOf(other) === shapeOf(step)) === place);
}

describe(`${BACKENDS_BESIDE_CPU.join(' and ')} compute what cpu does, to 1e-4 of the largest number of each tensor`, () => {
  it.each(EVERY_NETWORK)("$name as a whole: logits of every head, and every parameter's gradient", async (network) => {
    // The smallest size for the heads' windows. Moving statistics: over the 1×1 maps of so small a picture those of a batch magnify rounding.
    const side = hasAuxiliaryHeads(network.name) ? 55 : 40;
    const build = (): InceptionModel => narrowNetwork(network, { stem: 'stride4', inputShape: [side, side, 3], widthMultiplier: 1 / 16 });
    const { tensors, farthest } = await compare(build, 1, false);
    expect(tensors).toBeGreaterThan(130);
    expectNear(farthest);
  });

  const modules = EVERY_NETWORK.flatMap((network) => {
    const { spec } = narrowNetwork(network, { widthMultiplier: 1 / 32 });
    return distinctModules(spec).map((step) => ({ network: network.name, module: step.name, spec: alone(spec, step) }));
  });

  it.each(modules)('$network $module in training: logits, gradients, the statistics that batch normalization keeps', async ({ spec }) => {
    const { farthest } = await compare(() => inceptionNet(spec, { seed: 1 }), 3, true);
    expectNear(farthest);
  });
});
