import { fromBinary } from '@bufbuild/protobuf';
import * as tf from '@tensorflow/tfjs';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { useBackend } from '../../src/backends/useBackend.js';
import { ForwardPass } from '../../src/compile/forwardPass.js';
import { SavedModelSchema } from '../../src/compile/tensorflow_pb.js';
import type { InceptionModel } from '../../src/networks/inceptionModel.js';
import { describeOnNative } from '../kernels/nativeAndCpu.js';
import { EVERY_VARIANT, narrowNetwork } from '../networks/everyNetwork.js';
import { difference } from '../layers/difference.js';
import { tinyNetwork } from '../training/tinyNetwork.js';
import { heldTensors, nativeBackend, withBinding } from './nativeBinding.js';

const passOf = (model: InceptionModel): ForwardPass => new ForwardPass(model, (input) => [model.call([input], { training: false })].flat());

const pictures = (model: InceptionModel, batch: number, seed = 1): tf.Tensor4D =>
  tf.randomUniform([batch, ...model.spec.inputShape], -1, 1, 'float32', seed);

/** Moving statistics and scales as training leaves them, by which folding has something to fold. */
function unsettle(model: InceptionModel, seed: number): void {
  tf.tidy(() => {
    for (const weight of model.weights) {
      const [low, high] = /variance|gamma/.test(weight.originalName) ? [0.5, 1.5] : [-0.3, 0.3];
      if (weight.shape.length === 1) weight.write(tf.randomUniform(weight.shape as [number], low, high, 'float32', seed));
    }
  });
}

function valuesOf(tensors: readonly tf.Tensor[]): Float32Array[] {
  const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose([...tensors]);
  return values;
}

/** Asks for a graph's answers, and whether they are layer by layer the same. */
function expectTheSame(pass: ForwardPass, input: tf.Tensor4D, run: 'run' | 'runAsGraph' = 'runAsGraph'): void {
  const [graph, eager] = [valuesOf(pass[run](input)), valuesOf(pass.runEagerly(input))];
  expect(pass.ranAsGraph).toBe(true);
  expect(graph.length).toBe(eager.length);
  graph.forEach((values, head) => expect(difference(values, eager[head])).toBeLessThanOrEqual(1e-5));
}

describeOnNative('ForwardPass', () => {
  beforeAll(async () => void (await useBackend('tfjs-node')));

  it.each(EVERY_VARIANT)('$name $variant: the graph gives what its layers give', (network) => {
    const model = narrowNetwork(network);
    unsettle(model, 3);
    const pass = passOf(model);
    const input = pictures(model, 2);
    expectTheSame(pass, input);
    pass.dispose();
    input.dispose();
    model.dispose();
  });

  it('folds every batch normalization that follows a convolution: no operation of a graph normalizes', () => {
    const model = tinyNetwork();
    const pass = passOf(model);
    const input = pictures(model, 2);
    const { binding } = nativeBackend();
    const operations: string[] = [];
    const loadSavedModel = (folder: string, tags: string): number => {
      const { metaGraphs } = fromBinary(SavedModelSchema, readFileSync(join(folder, 'saved_model.pb')));
      operations.push(...metaGraphs[0].graphDef!.node.map(({ op }) => op));
      return binding.loadSavedModel(folder, tags);
    };
    withBinding({ loadSavedModel }, () => tf.dispose(pass.runAsGraph(input)));
    expect(pass.ranAsGraph).toBe(true);
    const count = (name: string): number => operations.filter((operation) => operation === name).length;
    const convolutions = model.layers.filter((layer) => layer.getClassName() === 'Conv2D').length;
    expect(convolutions).toBe(10);
    expect([count('Conv2D'), count('BiasAdd'), count('Relu'), count('FusedBatchNormV3')]).toEqual([10, 10, 10, 0]);
    // A kernel and a bias for each, and those of both heads.
    expect(count('VarHandleOp')).toBe(2 * 10 + 2 * 2);
    pass.dispose();
    input.dispose();
    model.dispose();
  });

  it('reads the weights as they are: assigned ones, and again those of before', () => {
    const model = tinyNetwork();
    const pass = passOf(model);
    const input = pictures(model, 2);
    expectTheSame(pass, input);
    const [before] = valuesOf(pass.run(input));
    const weights = model.getWeights().map((weight) => tf.clone(weight));
    unsettle(model, 5);
    expectTheSame(pass, input, 'run');
    const [changed] = valuesOf(pass.run(input));
    expect(difference(changed, before)).toBeGreaterThan(1e-3);
    model.setWeights(weights);
    expect(valuesOf(pass.run(input))[0]).toEqual(before);
    tf.dispose([weights, input]);
    pass.dispose();
    model.dispose();
  });

  it('without being told to, runs layer by layer twice and is a graph from the third input of a shape on', () => {
    const model = tinyNetwork();
    const pass = passOf(model);
    const input = pictures(model, 3);
    const ran = Array.from({ length: 4 }, () => {
      tf.dispose(pass.run(input));
      return pass.ranAsGraph;
    });
    expect(ran).toEqual([false, false, true, true]);
    pass.dispose();
    input.dispose();
    model.dispose();
  });

  it('has four graphs at most: a fifth size runs layer by layer until it comes far more often than one of them', () => {
    const model = tinyNetwork();
    const pass = passOf(model);
    const ask = (batch: number): boolean => {
      const input = pictures(model, batch);
      tf.dispose([pass.run(input), input]);
      return pass.ranAsGraph;
    };
    const before = heldTensors().sessions;
    for (const batch of [1, 2, 3, 4]) for (let time = 0; time < 4; time++) ask(batch);
    const fifth = Array.from({ length: 12 }, () => ask(5));
    expect(heldTensors().sessions - before).toBe(4);
    expect(fifth.slice(0, 8)).not.toContain(true);
    expect(fifth.at(-1)).toBe(true);
    expect([2, 3, 4].map(ask)).toEqual([true, true, true]);
    pass.dispose();
    expect(heldTensors().sessions).toBe(before);
    model.dispose();
  });

  it('runs layer by layer, without a word, what reads values in mid-flight, and what changes its weights', () => {
    const model = tinyNetwork();
    const [weight] = model.weights.map((each) => each.read() as tf.Variable);
    const input = pictures(model, 2);
    const refused = [
      (x: tf.Tensor4D) => [tf.mul(x, x.max().dataSync()[0])],
      (x: tf.Tensor4D) => {
        weight.assign(tf.add(weight, 1));
        return [tf.mul(x, 2)];
      },
    ];
    for (const forward of refused) {
      const pass = new ForwardPass(model, forward);
      for (let time = 0; time < 4; time++) tf.dispose(pass.runAsGraph(input));
      expect(pass.ranAsGraph).toBe(false);
      pass.dispose();
    }
    input.dispose();
    model.dispose();
  });

  it('says of a model that was disposed of what the model says', () => {
    const model = tinyNetwork();
    const pass = passOf(model);
    const input = pictures(model, 2);
    tf.dispose(pass.runAsGraph(input));
    model.dispose();
    expect(() => pass.run(input)).toThrow(/disposed/);
    pass.dispose();
    input.dispose();
  });

  it('holds nothing after 300 runs between which the weights change that it did not hold after 3, and nothing once disposed of', () => {
    const model = tinyNetwork();
    const input = pictures(model, 2);
    const pass = passOf(model);
    // The native backend takes what it is given when it first needs it.
    tf.dispose(pass.runEagerly(input));
    const none = heldTensors();
    const runs = (count: number): void => {
      for (let run = 0; run < count; run++) {
        if (run % 10 === 0) unsettle(model, run);
        tf.dispose(pass.runAsGraph(input));
        expect(pass.ranAsGraph).toBe(true);
      }
    };
    runs(3);
    const few = heldTensors();
    expect(few).toEqual({ ...none, sessions: none.sessions + 1 });
    runs(300);
    expect(heldTensors()).toEqual(few);
    pass.dispose();
    expect(heldTensors()).toEqual(none);
    input.dispose();
    model.dispose();
  });
});
