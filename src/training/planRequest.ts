import { invalidArgument } from '../errors.js';
import { namedSpec } from '../networks/namedNetwork.js';
import { checkNetworkChoice, isSettled, type NetworkChoice } from './networkLadder.js';
import type { Recipe } from './recipe.js';
import { settledNetwork } from './recipePlan.js';

/** A network with weights that training is to start from. */
export interface TrainedNetwork {
  /** As the user calls it: its path, or its name. */
  readonly name: string;
  readonly size: readonly [height: number, width: number];
}

/** What the user has settled; the rest is chosen. */
export interface PlanRequest {
  /** What it settles is done so; without one everything is chosen. */
  readonly recipe?: Recipe;
  /** A trained network to go on from: then its input is the input. */
  readonly trained?: TrainedNetwork;
  /** How long training may take, in minutes; reading the pictures is not counted. */
  readonly minutes: number;
  /** The network's input in pixels. */
  readonly size?: readonly [height: number, width: number];
  /** How often every picture is seen; or at least and at most how often, as the minutes allow. */
  readonly epochs?: number | readonly [least: number, most: number];
  /** Pictures a step. */
  readonly batch?: number;
  readonly learningRate?: number;
  /** Which network, or what is settled of it; one with stem and width wants `size` beside it, and only its speed is measured. @default a GoogLeNet */
  readonly network?: NetworkChoice;
}

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && (value as number) > 0;
const isPositive = (value: unknown): boolean => typeof value === 'number' && value > 0 && Number.isFinite(value);

/**
 * Checks a request before anything is read or measured.
 *
 * @param where How an error names the options, as `'trainFolder'`.
 * @param hasWeights Whether training starts from a trained network.
 * @throws InceptionError `INVALID_ARGUMENT`; `INPUT_TOO_SMALL` for a size below the network's least.
 */
export function checkPlanRequest(where: string, request: PlanRequest, hasWeights: boolean): void {
  const { recipe, minutes, size, epochs, batch, learningRate, network } = request;
  const expect = (name: keyof PlanRequest, isUsable: boolean, expected: string): void => {
    if (!isUsable) throw invalidArgument(`${where}.${name}`, expected, request[name]);
  };
  expect('minutes', isPositive(minutes), 'a number of minutes above 0');
  expect(
    'size',
    size === undefined || (Array.isArray(size) && size.length === 2 && size.every(isCount)),
    '[height, width], two positive integers',
  );
  const [least, most] = typeof epochs === 'object' ? epochs : [epochs, epochs];
  expect(
    'epochs',
    epochs === undefined || (isCount(least) && isCount(most) && (least as number) <= (most as number)),
    'a positive integer, or two: [least, most]',
  );
  expect('batch', batch === undefined || isCount(batch), 'a positive integer');
  expect('learningRate', learningRate === undefined || isPositive(learningRate), 'a number above 0');
  expect('size', !isSettled(network) || size !== undefined, 'the input size of the network asked for, [height, width]');
  if (recipe?.startsFromWeights && !hasWeights) {
    throw invalidArgument(
      `${where}.recipe`,
      `weights to start from, as ${recipe.name} does`,
      undefined,
      'Give a trained model (weights, --weights).',
    );
  }
  if (!hasWeights) checkNetwork(where, request);
}

function checkNetwork(where: string, request: PlanRequest): void {
  const { recipe, network, size } = request;
  if (recipe?.network && network) {
    const advice = 'Copy the recipe and change its network.';
    throw invalidArgument(`${where}.network`, `none beside recipe ${recipe.name}, which names its own`, network, advice);
  }
  if (network) checkNetworkChoice(network, size);
  const settled = settledNetwork(request);
  if (settled) namedSpec(settled.network);
}
