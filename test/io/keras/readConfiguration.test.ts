import { readConfiguration } from '../../../src/io/keras/readConfiguration.js';
import { InceptionError } from '../../../src/errors.js';

const input = { class_name: 'InputLayer', config: { name: 'in', batch_shape: [null, 4, 4, 2] }, name: 'in', inbound_nodes: [] };

const reference = (layer: string): unknown => ({ class_name: '__keras_tensor__', config: { keras_history: [layer, 0, 0] } });

const layer = (name: string, className: string, config: object, ...inputs: string[]): unknown => ({
  class_name: className,
  name,
  config: { name, trainable: true, ...config },
  inbound_nodes: [{ args: [inputs.length === 1 ? reference(inputs[0]) : inputs.map(reference)], kwargs: {} }],
});

const read = (layers: readonly unknown[], output: string, version = '3.15.1'): unknown =>
  readConfiguration(
    'model.keras',
    JSON.stringify({
      class_name: 'Functional',
      config: { name: 'net', layers: [input, ...layers], input_layers: ['in', 0, 0], output_layers: [output, 0, 0] },
    }),
    version,
  ).topology;

function failure(action: () => unknown): { code: string; message: string } {
  try {
    action();
  } catch (error) {
    if (error instanceof InceptionError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('expected a failure');
}

const policy = (name: string): object => ({
  dtype: { module: 'keras', class_name: 'DTypePolicy', config: { name }, registered_name: null },
});

describe('readConfiguration', () => {
  it('reads mixed precision as float32', () => {
    const topology = read([layer('conv', 'Conv2D', { filters: 2, kernel_size: 1, ...policy('mixed_float16') }, 'in')], 'conv');
    expect(topology).toMatchObject({ config: { layers: [{ config: { dtype: 'float32' } }, { config: { filters: 2, kernel_size: 1 } }] } });
  });

  it.each([
    [
      'int8 weights',
      layer('a', 'Dense', { units: 1, ...policy('int8_from_float32') }, 'in'),
      "'a' (Dense): quantized weights (int8_from_float32)",
    ],
    ['channels_first', layer('a', 'Conv2D', { filters: 1, data_format: 'channels_first' }, 'in'), "'a' (Conv2D): channels_first"],
    ['groups', layer('a', 'Conv2D', { filters: 2, groups: 2 }, 'in'), "'a' (Conv2D): groups"],
    [
      'a depthwise convolution with gaps, which tfjs would overlook,',
      layer('a', 'DepthwiseConv2D', { kernel_size: 3, dilation_rate: [2, 2] }, 'in'),
      "'a' (DepthwiseConv2D): dilation_rate",
    ],
    ['a Lambda', layer('a', 'Lambda', { arguments: {} }, 'in'), "'a' (Lambda): a function of Python"],
    ['an activation', layer('a', 'Activation', { activation: 'glu' }, 'in'), `'a' (Activation): activation "glu"`],
    ["Keras 3's hard sigmoid", layer('a', 'Activation', { activation: 'hard_sigmoid' }, 'in'), `activation "hard_sigmoid"`],
  ])('refuses %s by name', (_, entry, message) => {
    const { code, message: text } = failure(() => read([entry], 'a'));
    expect(code).toBe('UNSUPPORTED_FORMAT');
    expect(text).toContain(message);
  });

  it('names all of 2 layers that tfjs lacks at once', () => {
    const { message } = failure(() => read([layer('a', 'GroupNormalization', {}, 'in'), layer('b', 'LSTM', { units: 2 }, 'a')], 'b'));
    expect(message).toContain("got 2 others:\n'a' (GroupNormalization)\n'b' (LSTM)\n");
  });

  it('reads the Lambda of an old Inception-ResNet v2 as a residual of scale 0.17', () => {
    const topology = read([layer('a', 'Lambda', { function: ['4wIAAAAA'], arguments: { scale: 0.17 } }, 'in', 'in')], 'a', '2.2.4');
    expect(topology).toMatchObject({ config: { layers: [{}, { class_name: 'CustomScaleLayer', config: { scale: 0.17 } }] } });
  });

  it.each([
    [
      'layers that wait for each other',
      [layer('a', 'Add', {}, 'b', 'in'), layer('b', 'Add', {}, 'a', 'in')],
      /\[ 'a', 'b' \]\. These wait for each other/,
    ],
    ['a layer that waits for none', [layer('a', 'Flatten', {}, 'x')], /\[ 'a' \]\. These wait/],
    [
      'two layers of one name',
      [layer('a', 'Flatten', {}, 'in'), layer('a', 'Flatten', {}, 'in')],
      /a name of its own for every layer, got 'a'/,
    ],
    ['a name that JavaScript has reserved', [layer('constructor', 'Flatten', {}, 'in')], /not reserved, got 'constructor'/],
    ['-1 filters', [layer('a', 'Conv2D', { filters: -1 }, 'in')], /'a'\.filters: expected whole numbers from 1, got -1/],
  ])('finds %s', (_, layers, message) => {
    expect(failure(() => read(layers, 'a'))).toEqual({ code: 'CORRUPT_MODEL', message: expect.stringMatching(message) });
  });

  it('refuses models within models 17 deep', () => {
    let model: object = { class_name: 'Sequential', config: { name: 'deepest', layers: [] } };
    for (let depth = 0; depth < 17; depth++) model = { class_name: 'Sequential', config: { name: `at${depth}`, layers: [model] } };
    expect(failure(() => readConfiguration('deep', JSON.stringify(model), '3'))).toMatchObject({
      code: 'CORRUPT_MODEL',
      message: expect.stringContaining('at most 16 models'),
    });
  });

  it.each([
    '',
    'null',
    '[]',
    '{}',
    '{"class_name":"Functional","config":{"name":"x","layers":[3]}}',
    '{"class_name":"Functional","config":{"name":"x","layers":[]}}',
  ])('finds %j to be no model', (text) => {
    expect(failure(() => readConfiguration('file', text, '3')).code).toBe('CORRUPT_MODEL');
  });
});
