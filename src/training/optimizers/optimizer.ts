import * as tf from '@tensorflow/tfjs';
import { invalidArgument } from '../../errors.js';
import type { InPlaceOperation } from '../../compile/recorder.js';
import { updateInPlace } from '../../compile/updateInPlace.js';
import type { NamedState } from '../namedState.js';
import { adam, type AdamSettings } from './adam.js';
import { adamW, type AdamWSettings } from './adamW.js';
import { rmsProp, type RmsPropSettings } from './rmsProp.js';
import { sgd, type SgdSettings } from './sgd.js';
import type { NativeUpdate, ParameterUpdate, UpdateRule, UpdateScalars } from './updateRule.js';

/** An update rule as data: its kind, and what differs from its defaults. */
export type OptimizerSettings = SgdSettings | RmsPropSettings | AdamSettings | AdamWSettings;

/** A trainable tensor of a model. */
export interface Parameter {
  /** `<layer>/<weight>`, the same in every process that builds the same model. */
  readonly name: string;
  /** The name of the layer that has it. */
  readonly layer: string;
  readonly variable: tf.Variable;
  /** Whether weight decay acts on it: kernels, but no bias, gamma or beta. */
  readonly decays: boolean;
}

/** What differs from parameter to parameter. */
export interface ParameterSettings {
  /** What decays of each kernel: added to its gradient (L2: the gradient of `weightDecay / 2 · Σ w²`), or as the rule has it. */
  readonly weightDecay: number;
  /** Multiplies the learning rate of a layer's parameters, by the layer's name. Default 1. */
  readonly rates?: Readonly<Record<string, number>>;
}

/** An update rule at work on a model's parameters, with the state that it keeps from step to step. */
export interface Optimizer {
  /** The rule's slots: `<layer>/<weight>/<slot>`. */
  readonly state: NamedState;
  /**
   * Moves every parameter but those that were frozen since. `gradients` are by the variables' own names, as `tf.variableGrads` gives them; one
   * that is missing is zero.
   */
  update(gradients: tf.NamedTensorMap, scalars: UpdateScalars): void;
  dispose(): void;
}

const SHARE = { expected: (name: string) => `a number, 0 ≤ ${name} < 1`, fits: (value: number) => value >= 0 && value < 1 };
const POSITIVE = { expected: () => 'a number above 0', fits: (value: number) => value > 0 && Number.isFinite(value) };
const ADAM_NUMBERS = { beta1: SHARE, beta2: SHARE, epsilon: POSITIVE };

/** The numbers that each kind takes beside its name. */
const NUMBERS: Readonly<Record<OptimizerSettings['kind'], Readonly<Record<string, typeof SHARE | typeof POSITIVE>>>> = {
  sgd: { momentum: SHARE },
  rmsprop: { decay: SHARE, momentum: SHARE, epsilon: POSITIVE },
  adam: ADAM_NUMBERS,
  adamw: ADAM_NUMBERS,
};

/**
 * The update rule that settings describe.
 *
 * @throws InceptionError `INVALID_ARGUMENT` for an unknown kind or a number out of its range.
 */
export function updateRule(settings: OptimizerSettings): UpdateRule {
  const values: Readonly<Record<string, unknown>> = { ...settings };
  for (const [name, { expected, fits }] of Object.entries(NUMBERS[settings.kind] ?? {})) {
    const value = values[name];
    if (value !== undefined && !(typeof value === 'number' && fits(value))) {
      throw invalidArgument(`train.optimizer.${name}`, expected(name), value);
    }
  }
  switch (settings.kind) {
    case 'sgd':
      return sgd(settings);
    case 'rmsprop':
      return rmsProp(settings);
    case 'adam':
      return adam(settings);
    case 'adamw':
      return adamW(settings);
    default:
      throw invalidArgument('train.optimizer.kind', "'sgd', 'rmsprop', 'adam' or 'adamw'", (settings as { kind: unknown }).kind);
  }
}

type SlotVariables = Readonly<Record<string, tf.Variable>>;

function slotVariables(rule: UpdateRule, parameters: readonly Parameter[]): SlotVariables[] {
  return parameters.map(({ variable }) =>
    Object.fromEntries(
      Object.entries(rule.slots).map(([slot, initial]) => [slot, tf.tidy(() => tf.variable(tf.fill(variable.shape, initial), false))]),
    ),
  );
}

/** One step's update of every parameter that learns at the same rate. */
interface PacedUpdate {
  readonly move: ParameterUpdate;
  /** Only called where a graph is being recorded. */
  readonly native: () => NativeUpdate;
  /** The share that weight decay takes off a weight, where it is decoupled. */
  readonly lost?: tf.Scalar;
}

function inPlace(
  { inputs, slots, ...operation }: NativeUpdate,
  variable: tf.Variable,
  own: SlotVariables,
  gradient: tf.Tensor,
): InPlaceOperation {
  return { ...operation, variables: [variable, ...slots.map((slot) => own[slot])], inputs: inputs(gradient) };
}

/**
 * Puts a rule to work on parameters. They are updated one by one: on wasm, where a small network's steps are mostly overhead, joining
 * 173 of them into one vector for the update and parting it again costs 105 ms against 5.
 */
export function createOptimizer(rule: UpdateRule, parameters: readonly Parameter[], settings: ParameterSettings): Optimizer {
  const { weightDecay, rates = {} } = settings;
  const slots = slotVariables(rule, parameters);
  const multipliers = parameters.map(({ layer }) => rates[layer] ?? 1);
  const paced = (multiplier: number, { learningRate, step }: UpdateScalars): PacedUpdate => {
    const rate = multiplier === 1 ? learningRate : tf.mul<tf.Scalar>(learningRate, multiplier);
    const own = { learningRate: rate, step };
    let native: NativeUpdate | undefined;
    const update = { move: rule.at(own), native: () => (native ??= rule.native(own)) };
    return rule.decay === 'coupled' || weightDecay === 0 ? update : { ...update, lost: tf.mul(rate, weightDecay) };
  };
  return {
    state: Object.fromEntries(
      parameters.flatMap(({ name }, index) => Object.entries(slots[index]).map(([slot, variable]) => [`${name}/${slot}`, variable])),
    ),
    update(gradients, scalars) {
      tf.tidy(() => {
        const updates = new Map([...new Set(multipliers)].map((multiplier) => [multiplier, paced(multiplier, scalars)]));
        parameters.forEach(({ variable, decays }, index) => {
          if (!variable.trainable) return;
          const { move, native, lost } = updates.get(multipliers[index]) as PacedUpdate;
          const gradient = gradients[variable.name] ?? tf.zerosLike(variable);
          const coupled = decays && weightDecay > 0 && rule.decay === 'coupled';
          const decayed = coupled ? tf.add(gradient, tf.mul(variable, weightDecay)) : gradient;
          const isShrunk = decays && lost !== undefined;
          const eager = (): void => {
            const result = move(isShrunk ? tf.sub(variable, tf.mul(variable, lost)) : variable, decayed, slots[index]);
            variable.assign(result.value);
            for (const [slot, value] of Object.entries(result.slots)) slots[index][slot].assign(value);
          };
          updateInPlace(() => (isShrunk ? undefined : inPlace(native(), variable, slots[index], decayed)), eager);
        });
      });
    },
    dispose: () => tf.dispose(slots),
  };
}
