import { z } from 'zod';
import * as field from './fields.js';
import type { AuxiliaryHeadSpec, ModuleStep, NetworkSpec, Preprocessing, Step } from './types.js';

function step<const Op extends string, Fields extends z.ZodRawShape>(op: Op, fields: Fields) {
  return field.object({ op: z.literal(op), name: field.layerName, ...fields });
}

const activation = z.optional(field.activation);
const strides = z.optional(field.size);
const pool = { poolSize: field.size, strides };

const order = field.oneOf(['conv-bn-relu', 'conv-relu-bn', 'conv-relu']);
const unit = {
  filters: field.channelCount,
  kernelSize: field.size,
  strides,
  padding: z.optional(field.padding),
  activation,
  order: z.optional(order),
  useBias: z.optional(field.trueOrFalse),
};

const merge = z.union([z.enum(['concat', 'add']), field.object({ residual: field.positiveNumber, activation })], {
  error: "'concat' | 'add' | { residual: a positive number, activation?: 'relu' | 'linear' }",
});

const operations = [
  step('convolution', { ...unit, shrinkToFit: z.optional(field.trueOrFalse) }),
  step('separableConvolution', { ...unit, strides: z.optional(field.positiveInteger), depthMultiplier: z.optional(field.positiveInteger) }),
  step('batchNormalization', {}),
  step('relu', {}),
  step('maxPool', { ...pool, padding: z.optional(field.maxPoolPadding) }),
  step('averagePool', { ...pool, padding: z.optional(field.padding) }),
  step('adaptiveAveragePool', { outputSize: field.size }),
  step('globalAveragePool', {}),
  step('globalMaxPool', {}),
  step('localResponseNormalization', {
    depthRadius: field.wholeNumber,
    bias: field.positiveNumber,
    alpha: field.positiveNumber,
    beta: field.positiveNumber,
  }),
  step('dropout', { rate: field.dropoutRate }),
  step('flatten', {}),
  step('dense', { units: field.channelCount, activation, useBias: z.optional(field.trueOrFalse) }),
] as const;

const OPS = [...operations.map(({ shape }) => shape.op.value), 'module'].join(' | ');

/** Any step of a network. */
const stepSchema: z.ZodType<Step> = z.lazy(() =>
  z.discriminatedUnion('op', [...operations, moduleSchema], { error: `a step whose op is ${OPS}` }),
);

/** Parallel branches, each a chain of steps, which may be empty. */
export const moduleSchema = step('module', {
  branches: field.listOf(field.listOf(stepSchema, 'an array of steps'), 'an array of branches', 1),
  merge: z.optional(merge),
}) satisfies z.ZodType<ModuleStep>;

/** A chain of steps. */
export const stepsSchema = field.listOf(stepSchema, 'an array of steps');

/** What a step with this op must be, and which fields it has; any step where there is no such op. */
export function stepSchemaOf(op: unknown): z.ZodType<Step> {
  return [...operations, moduleSchema].find(({ shape }) => shape.op.value === op) ?? stepSchema;
}

/** An auxiliary head. */
export const headSchema: z.ZodType<AuxiliaryHeadSpec> = field.object({
  name: field.layerName,
  after: field.text,
  lossWeight: field.numberFrom0,
  steps: stepsSchema,
});

const batchNormalization = field.object({
  momentum: field.momentum,
  epsilon: field.positiveNumber,
  scale: field.trueOrFalse,
  center: field.trueOrFalse,
});

/** What every convolution of a network has in common. */
export const styleSchema = field.object({
  order,
  useBias: field.trueOrFalse,
  initialBias: field.finiteNumber,
  initializer: field.oneOf(['glorotUniform', 'heNormal', 'truncatedNormal']),
  batchNormalization,
});

/** How a network makes its input of pictures. */
export const preprocessingSchema: z.ZodType<Preprocessing> = field.object({
  channelOrder: field.oneOf(['rgb', 'bgr']),
  scale: field.finiteNumber,
  offset: field.listOf(field.finiteNumber, 'an array of numbers, one a channel'),
});

/** A whole network as JSON holds it. What no single field can see (names, shapes) is checked by `validateSpec`. */
export const networkSchema: z.ZodType<NetworkSpec> = field.object({
  name: field.layerName,
  variant: field.line,
  source: field.line,
  inputShape: field.shape,
  classes: field.wholeNumber,
  convolution: styleSchema,
  trunk: field.listOf(stepSchema, 'an array of steps', 1),
  top: stepsSchema,
  auxiliaryHeads: field.listOf(headSchema, 'an array of heads'),
  classifierActivation: field.oneOf(['softmax', 'linear']),
  preprocessing: preprocessingSchema,
});
