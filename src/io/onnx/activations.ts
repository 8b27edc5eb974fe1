import { numbers } from './constant.js';
import type { EmittedLayer, Value } from './emittedLayer.js';

type Emit = (layer: EmittedLayer, value: Value, part?: string) => string;

const simply =
  (type: string): Emit =>
  (layer, { name }, part) =>
    layer.add(type, [name], {}, part);

/** Along the channels, wherever they lie. */
const overChannels =
  (type: string): Emit =>
  (layer, { name, shape }, part) =>
    layer.add(type, [name], { axis: layer.axis(-1, shape) }, part);

/** tfjs' activations by Python's names; `linear` is none. */
const ACTIVATIONS: Readonly<Record<string, Emit>> = {
  relu: simply('Relu'),
  relu6: (layer, { name }, part) => layer.add('Clip', [name, numbers([0], []), numbers([6], [])], {}, part),
  sigmoid: simply('Sigmoid'),
  hard_sigmoid: simply('HardSigmoid'),
  tanh: simply('Tanh'),
  elu: simply('Elu'),
  selu: simply('Selu'),
  softplus: simply('Softplus'),
  softsign: simply('Softsign'),
  softmax: overChannels('Softmax'),
  log_softmax: overChannels('LogSoftmax'),
  swish: (layer, { name }, part) => layer.add('Mul', [name, layer.add('Sigmoid', [name], {}, 'sigmoid')], {}, part),
  mish: (layer, { name }, part) => {
    const softplus = layer.add('Softplus', [name], {}, 'softplus');
    return layer.add('Mul', [name, layer.add('Tanh', [softplus], {}, 'tanh')], {}, part);
  },
  /** x · (1 + erf(x / √2)) / 2 */
  gelu: (layer, { name }, part) => {
    const scaled = layer.add('Mul', [name, numbers([Math.SQRT1_2], [])], {}, 'scaled');
    return halved(layer, name, layer.add('Erf', [scaled], {}, 'erf'), part);
  },
  /** x · (1 + tanh(√(2/π) · (x + 0.044715 · x³))) / 2 */
  gelu_new: (layer, { name }, part) => {
    const square = layer.add('Mul', [name, name], {}, 'square');
    const weighted = layer.add('Mul', [square, numbers([0.044715], [])], {}, 'weighted');
    const cubic = layer.add('Mul', [name, layer.add('Add', [weighted, numbers([1], [])], {}, 'factor')], {}, 'cubic');
    const scaled = layer.add('Mul', [cubic, numbers([Math.sqrt(2 / Math.PI)], [])], {}, 'scaled');
    return halved(layer, name, layer.add('Tanh', [scaled], {}, 'tanh'), part);
  },
};

/** x · (1 + y) / 2 */
function halved(layer: EmittedLayer, x: string, y: string, part?: string): string {
  const gate = layer.add('Mul', [layer.add('Add', [y, numbers([1], [])], {}, 'shifted'), numbers([0.5], [])], {}, 'gate');
  return layer.add('Mul', [x, gate], {}, part);
}

/** The activation that a layer applies to what it computed; without a name, and for `linear`, none. */
export function ownActivation(layer: EmittedLayer, value: Value): Value {
  const { activation } = layer.config<{ activation?: string | null }>();
  return activate(layer, value, activation, 'activation');
}

/** @throws InceptionError `UNSUPPORTED_FORMAT` for a name that is none of tfjs'. */
export function activate(layer: EmittedLayer, value: Value, activation: string | null | undefined, part?: string): Value {
  const name = (activation ?? 'linear').replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  if (name === 'linear') return value;
  const emit = Object.hasOwn(ACTIVATIONS, name) ? ACTIVATIONS[name] : undefined;
  if (!emit) throw layer.refuse(`an activation among ${Object.keys(ACTIVATIONS).join(', ')}, linear`, activation);
  return { name: emit(layer, value, part), shape: value.shape };
}
