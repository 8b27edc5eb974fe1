import type * as tf from '@tensorflow/tfjs';

/** What changes from step to step, as tensors, so that a step can be recorded once and run again. */
export interface UpdateScalars {
  readonly learningRate: tf.Scalar;
  /** Steps done before this one, counted from 0. */
  readonly step: tf.Scalar;
}

/** The tensors that a rule keeps beside a parameter from one step to the next, by slot name; each has the parameter's shape. */
export type Slots = Readonly<Record<string, tf.Tensor>>;

/** A parameter after an update, with its slots. */
export interface UpdatedParameter {
  readonly value: tf.Tensor;
  readonly slots: Slots;
}

/** Moves one parameter: element by element, without memory of its own. */
export type ParameterUpdate = (value: tf.Tensor, gradient: tf.Tensor, slots: Slots) => UpdatedParameter;

/** One of TensorFlow's operations that makes the same update as a rule. */
export interface NativeUpdate {
  /** Its name, such as `ResourceApplyMomentum`. It takes the parameter first. */
  readonly operation: string;
  readonly flags?: Readonly<Record<string, boolean>>;
  /** The names of the slots that it takes next. */
  readonly slots: readonly string[];
  /** What it takes after those. */
  readonly inputs: (gradient: tf.Tensor) => readonly tf.Tensor[];
}

/** How gradients change parameters. All that must outlive a step is in the slots, so saving the slots saves the optimizer. */
export interface UpdateRule {
  readonly name: 'sgd' | 'rmsprop' | 'adam' | 'adamw';
  /** `'coupled'`: weight decay is part of the gradient (L2). `'decoupled'`: it takes `rate · weightDecay · w` off a weight beside the rule. */
  readonly decay: 'coupled' | 'decoupled';
  /** The value every element of a slot starts from, by slot name. */
  readonly slots: Readonly<Record<string, number>>;
  /** One step's update, with everything that all parameters share computed once. */
  at(scalars: UpdateScalars): ParameterUpdate;
  /** The same by one of TensorFlow's operations, for graphs, with everything that all parameters share computed once. */
  native(scalars: UpdateScalars): NativeUpdate;
}
