import * as tf from '@tensorflow/tfjs';
import { InceptionError, invalidArgument } from '../../errors.js';
import { adam, type AdamSettings } from './adam.js';
import { rmsProp, type RmsPropSettings } from './rmsProp.js';
import { sgd, type SgdSettings } from './sgd.js';
import type { UpdateRule, UpdateScalars } from './updateRule.js';

/** An update rule as data: its kind, and what differs from its defaults. */
export type OptimizerSettings = SgdSettings | RmsPropSettings | AdamSettings;

/** A trainable tensor of a model. */
export interface Parameter {
  /** `<layer>/<weight>`, the same in every process that builds the same model. */
  readonly name: string;
  readonly variable: tf.Variable;
  /** Whether weight decay acts on it: kernels, but no bias, gamma or beta. */
  readonly decays: boolean;
}

/** An update rule at work on a model's parameters, with the state that it keeps from step to step. */
export interface Optimizer {
  readonly name: UpdateRule['name'];
  /** Moves every parameter. `gradients` are by the variables' own names, as `tf.variableGrads` gives them; one that is missing is zero. */
  update(gradients: tf.NamedTensorMap, scalars: UpdateScalars): void;
  /** A copy of the state: `<layer>/<weight>/<slot>`. The caller disposes of it. */
  getState(): Record<string, tf.Tensor>;
  /**
   * Takes a state that {@link Optimizer.getState} gave, bit for bit.
   *
   * @throws InceptionError `WEIGHTS_MISMATCH`, having changed nothing, if names or shapes differ; the message lists all.
   */
  setState(state: Readonly<Record<string, tf.Tensor>>): void;
  dispose(): void;
}

const SHARE = { expected: (name: string) => `a number, 0 ≤ ${name} < 1`, fits: (value: number) => value >= 0 && value < 1 };
const POSITIVE = { expected: () => 'a number above 0', fits: (value: number) => value > 0 && Number.isFinite(value) };

/** The numbers that each kind takes beside its name. */
const NUMBERS: Readonly<Record<OptimizerSettings['kind'], Readonly<Record<string, typeof SHARE | typeof POSITIVE>>>> = {
  sgd: { momentum: SHARE },
  rmsprop: { decay: SHARE, momentum: SHARE, epsilon: POSITIVE },
  adam: { beta1: SHARE, beta2: SHARE, epsilon: POSITIVE },
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
    default:
      throw invalidArgument('train.optimizer.kind', "'sgd', 'rmsprop' or 'adam'", (settings as { kind: unknown }).kind);
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

function assertSameState(expected: Readonly<Record<string, tf.Tensor>>, actual: Readonly<Record<string, tf.Tensor>>): void {
  const differences: string[] = [];
  for (const name of [...new Set([...Object.keys(expected), ...Object.keys(actual)])].sort()) {
    if (!(name in actual)) differences.push(`- ${name}`);
    else if (!(name in expected)) differences.push(`+ ${name}`);
    else if (!tf.util.arraysEqual(expected[name].shape, actual[name].shape)) {
      differences.push(`≠ ${name}: [${expected[name].shape.join(', ')}] here, [${actual[name].shape.join(', ')}] given`);
    }
  }
  if (differences.length === 0) return;
  throw new InceptionError(
    'WEIGHTS_MISMATCH',
    `The optimizer's state does not fit the model (- missing, + unexpected, ≠ shape):\n${differences.join('\n')}`,
  );
}

/**
 * Puts a rule to work on parameters. They are updated one by one: on wasm, where a small network's steps are mostly overhead, joining
 * 173 of them into one vector for the update and parting it again costs 105 ms against 5.
 *
 * @param weightDecay The share of each kernel added to its gradient (L2: the gradient of `weightDecay / 2 · Σ w²`).
 */
export function createOptimizer(rule: UpdateRule, parameters: readonly Parameter[], weightDecay: number): Optimizer {
  const slots = slotVariables(rule, parameters);
  const named = (): Record<string, tf.Variable> =>
    Object.fromEntries(
      parameters.flatMap(({ name }, index) => Object.entries(slots[index]).map(([slot, variable]) => [`${name}/${slot}`, variable])),
    );
  return {
    name: rule.name,
    update(gradients, scalars) {
      tf.tidy(() => {
        const move = rule.at(scalars);
        parameters.forEach(({ variable, decays }, index) => {
          const gradient = gradients[variable.name] ?? tf.zerosLike(variable);
          const decayed = decays && weightDecay > 0 ? tf.add(gradient, tf.mul(variable, weightDecay)) : gradient;
          const result = move(variable, decayed, slots[index]);
          variable.assign(result.value);
          for (const [slot, value] of Object.entries(result.slots)) slots[index][slot].assign(value);
        });
      });
    },
    getState: () => Object.fromEntries(Object.entries(named()).map(([name, variable]) => [name, tf.keep(tf.clone(variable))])),
    setState(state) {
      const own = named();
      assertSameState(own, state);
      for (const [name, variable] of Object.entries(own)) variable.assign(state[name]);
    },
    dispose: () => tf.dispose(slots),
  };
}
