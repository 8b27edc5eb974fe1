// Prints a network's weights as JSON, [name, shape] each, in the order in which its layers are made: trunk, top, auxiliary heads.
// Usage: node scripts/parity/listWeights.mjs NETWORK VARIANT SIZE [--heads]     (after `npm run build`)
import { styleOf } from '../../dist/spec/convolutionStyles.js';
import { networkSpec } from '../../dist/spec/networkSpec.js';
import { traceShapes } from '../../dist/spec/traceShapes.js';
import { windowOf } from '../../dist/spec/windows.js';

const [name, variant, size, heads] = process.argv.slice(2);
const spec = networkSpec(name, { variant, inputShape: [Number(size), Number(size), 3], auxiliaryHeads: heads === '--heads' });

const normalization = (layer, channels, { scale, center }) =>
  [...(scale ? ['gamma'] : []), ...(center ? ['beta'] : []), 'moving_mean', 'moving_variance'].map((part) => [
    `${layer}/${part}`,
    [channels],
  ]);

function kernels(layer, step, inputShape) {
  const window = windowOf(step, inputShape);
  const channels = inputShape[2];
  if (step.op === 'convolution') return [[`${layer}/kernel`, [...window, channels, step.filters]]];
  const { depthMultiplier = 1, filters } = step;
  return [
    [`${layer}/depthwise_kernel`, [...window, channels, depthMultiplier]],
    [`${layer}/pointwise_kernel`, [1, 1, channels * depthMultiplier, filters]],
  ];
}

function dense(layer, { inputShape, outputShape }, useBias) {
  const [inputs, outputs] = [inputShape.at(-1), outputShape.at(-1)];
  const kernel = inputShape.length === 3 ? [1, 1, inputs, outputs] : [inputs, outputs];
  return [[`${layer}/kernel`, kernel], ...(useBias ? [[`${layer}/bias`, [outputs]]] : [])];
}

function weightsOf(row) {
  const { name, op, step, inputShape } = row;
  switch (op) {
    case 'convolution':
    case 'separableConvolution': {
      const { order, useBias, batchNormalization } = styleOf(step, spec.convolution);
      const bias = useBias ? [[`${name}_conv/bias`, [step.filters]]] : [];
      const norm = order === 'conv-relu' ? [] : normalization(`${name}_bn`, step.filters, batchNormalization);
      return [...kernels(`${name}_conv`, step, inputShape), ...bias, ...norm];
    }
    case 'batchNormalization':
      return normalization(name, inputShape.at(-1), spec.convolution.batchNormalization);
    case 'projection':
      return dense(`${name}_conv`, row, true);
    case 'dense':
      return dense(name, row, step.useBias !== false);
    case 'classifier':
      return dense(name, row, true);
    default:
      return [];
  }
}

console.log(JSON.stringify(traceShapes(spec).flatMap(weightsOf)));
