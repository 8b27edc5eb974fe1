import * as tf from '@tensorflow/tfjs';
import { adaptiveAveragePooling2d } from '../layers/adaptiveAveragePooling2d.js';
import { batchNormalization } from '../layers/batchNormalization.js';
import { dropout } from '../layers/dropout.js';
import { localResponseNormalization } from '../layers/localResponseNormalization.js';
import { fullName } from '../spec/shapeRow.js';
import type { DenseStep, Merge, ModuleStep, PoolStep, Step } from '../spec/types.js';
import { bothSides } from '../spec/windows.js';
import { applyConvolution } from './applyConvolution.js';
import { applySeparableConvolution } from './applySeparableConvolution.js';
import { biasInitializer, kernelInitializer, type BuildContext } from './buildContext.js';
import { padInput } from './padInput.js';

/**
 * Builds one step of a spec over `x`. All networks and modules are made of this function: the spec says what, this says how.
 *
 * @param prefix The module or head the step belongs to, or none for the trunk.
 */
export function applyStep(x: tf.SymbolicTensor, step: Step, prefix: string | undefined, context: BuildContext): tf.SymbolicTensor {
  const name = fullName(prefix, step.name);
  const apply = (layer: { apply(x: tf.SymbolicTensor): unknown }): tf.SymbolicTensor => layer.apply(x) as tf.SymbolicTensor;
  switch (step.op) {
    case 'convolution':
      return applyConvolution(x, { ...step, name }, context);
    case 'separableConvolution':
      return applySeparableConvolution(x, { ...step, name }, context);
    case 'batchNormalization':
      return apply(batchNormalization({ name, ...context.style.batchNormalization }));
    case 'relu':
      return apply(tf.layers.activation({ name, activation: 'relu' }));
    case 'maxPool':
    case 'averagePool':
      return applyPool(x, step, name);
    case 'adaptiveAveragePool':
      return apply(adaptiveAveragePooling2d({ name, outputSize: bothSides(step.outputSize) }));
    case 'globalAveragePool':
      return apply(tf.layers.globalAveragePooling2d({ name }));
    case 'globalMaxPool':
      return apply(tf.layers.globalMaxPooling2d({ name }));
    case 'localResponseNormalization': {
      const { depthRadius, bias, alpha, beta } = step;
      return apply(localResponseNormalization({ name, depthRadius, bias, alpha, beta }));
    }
    case 'dropout':
      return apply(dropout({ name, rate: step.rate }));
    case 'flatten':
      return apply(tf.layers.flatten({ name }));
    case 'dense':
      return applyDense(x, step, name, context);
    case 'module':
      return applyModule(x, step, prefix, context);
  }
}

/** Builds a chain of steps over `x`; an empty chain is `x` itself. */
export function applySteps(
  x: tf.SymbolicTensor,
  steps: readonly Step[],
  prefix: string | undefined,
  context: BuildContext,
): tf.SymbolicTensor {
  return steps.reduce((tensor, step) => applyStep(tensor, step, prefix, context), x);
}

/** A fully connected layer over `[batch, features]`, its weights drawn as the network's convolutions are. */
function applyDense(
  x: tf.SymbolicTensor,
  { units, activation = 'linear', useBias = true }: DenseStep,
  name: string,
  context: BuildContext,
): tf.SymbolicTensor {
  const layer = tf.layers.dense({
    name,
    units,
    activation,
    useBias,
    kernelInitializer: kernelInitializer(context, name),
    biasInitializer: biasInitializer(context),
  });
  return layer.apply(x) as tf.SymbolicTensor;
}

function applyPool(x: tf.SymbolicTensor, { op, poolSize, strides = 1, padding = 'same' }: PoolStep, name: string): tf.SymbolicTensor {
  const [padded, layerPadding] = padInput(x, { name, window: poolSize, strides, padding });
  const args = { name, poolSize: bothSides(poolSize), strides: bothSides(strides), padding: layerPadding };
  const layer = op === 'maxPool' ? tf.layers.maxPooling2d(args) : tf.layers.averagePooling2d(args);
  return layer.apply(padded) as tf.SymbolicTensor;
}

function applyModule(x: tf.SymbolicTensor, step: ModuleStep, prefix: string | undefined, context: BuildContext): tf.SymbolicTensor {
  const name = fullName(prefix, step.name);
  const branches = distinct(
    step.branches.map((branch) => applySteps(x, branch, name, context)),
    `${name}_copy`,
  );
  const { merge = 'concat' } = step;
  if (merge === 'add') return sum(branches, `${name}_add`);
  const joined = branches.length === 1 ? branches[0] : concatenate(branches, `${name}_concat`);
  return merge === 'concat' ? joined : addResidual(x, joined, name, merge, context);
}

/** The same tensors, those that stand there twice (empty branches) as copies: tfjs loses a tensor that one layer takes twice and another once. */
export function distinct(tensors: tf.SymbolicTensor[], name: string): tf.SymbolicTensor[] {
  if (new Set(tensors).size === tensors.length) return tensors;
  const copy = tf.layers.activation({ name, activation: 'linear' });
  return tensors.map((tensor, index) => (tensors.indexOf(tensor) === index ? tensor : (copy.apply(tensor) as tf.SymbolicTensor)));
}

/** Inception-ResNet's shortcut: the branches, brought to the input's depth and scaled down, are added to the input. */
function addResidual(
  x: tf.SymbolicTensor,
  branches: tf.SymbolicTensor,
  name: string,
  { residual: scale, activation = 'relu' }: Exclude<Merge, string>,
  context: BuildContext,
): tf.SymbolicTensor {
  const projection = tf.layers.conv2d({
    name: `${name}_projection_conv`,
    filters: x.shape[3] as number,
    kernelSize: 1,
    kernelInitializer: kernelInitializer(context, `${name}_projection_conv`),
    biasInitializer: biasInitializer(context),
  });
  const scaled = tf.layers.rescaling({ name: `${name}_scale`, scale });
  const shortcut = sum([x, scaled.apply(projection.apply(branches)) as tf.SymbolicTensor], `${name}_add`);
  if (activation === 'linear') return shortcut;
  return tf.layers.activation({ name: `${name}_relu`, activation }).apply(shortcut) as tf.SymbolicTensor;
}

function sum(tensors: tf.SymbolicTensor[], name: string): tf.SymbolicTensor {
  return tensors.length === 1 ? tensors[0] : (tf.layers.add({ name }).apply(tensors) as tf.SymbolicTensor);
}

function concatenate(tensors: tf.SymbolicTensor[], name: string): tf.SymbolicTensor {
  return tf.layers.concatenate({ name, axis: -1 }).apply(tensors) as tf.SymbolicTensor;
}
