// Models of ordinary layers that no network of this package is made of: sequential, nested, shared, with several inputs and outputs, frozen.

/** By name; the caller disposes of them. */
export function plainModels(tf) {
  const { layers } = tf;
  return {
    sequential: sequential(tf),
    sequence: sequence(tf),
    nested: nested(tf),
    shared: shared(tf),
    startsWithModel: startsWithModel(tf),
    layers: everyLayer(tf, layers),
    preprocessed: preprocessed(tf),
  };
}

function sequential(tf) {
  return tf.sequential({
    name: 'plain_sequential',
    layers: [
      tf.layers.conv2d({
        name: 'Conv_A',
        filters: 4,
        kernelSize: 3,
        inputShape: [9, 9, 3],
        activation: 'relu6',
        kernelRegularizer: tf.regularizers.l2({ l2: 0.01 }),
      }),
      tf.layers.maxPooling2d({ name: 'pool', poolSize: 2 }),
      tf.layers.flatten({ name: 'flat' }),
      tf.layers.dense({ name: 'dense', units: 3, activation: 'softmax', kernelConstraint: tf.constraints.maxNorm({ maxValue: 2 }) }),
    ],
  });
}

function sequence(tf) {
  return tf.sequential({
    name: 'plain_sequence',
    layers: [
      tf.layers.conv1d({ name: 'conv', filters: 4, kernelSize: 3, padding: 'same', inputShape: [12, 2], activation: 'swish' }),
      tf.layers.averagePooling1d({ name: 'average', poolSize: 2 }),
      tf.layers.maxPooling1d({ name: 'largest', poolSize: 2 }),
      tf.layers.layerNormalization({ name: 'norm' }),
      tf.layers.globalAveragePooling1d({ name: 'mean' }),
      tf.layers.repeatVector({ name: 'repeat', n: 2 }),
      tf.layers.reshape({ name: 'reshape', targetShape: [-1] }),
    ],
  });
}

function nested(tf) {
  const x = tf.input({ name: 'inner_input', shape: [6] });
  const normalized = tf.layers.batchNormalization({ name: 'inner_bn' }).apply(tf.layers.dense({ name: 'inner_dense', units: 6 }).apply(x));
  const inner = tf.model({
    name: 'inner',
    inputs: x,
    outputs: tf.layers.dense({ name: 'inner_out', units: 6, trainable: false }).apply(normalized),
  });
  const head = tf.sequential({ name: 'head', layers: [tf.layers.dense({ name: 'head_dense', units: 4, inputShape: [6] })] });
  const [a, b] = ['a', 'b'].map((name) => tf.input({ name, shape: [6] }));
  const first = inner.apply(a);
  const sum = tf.layers.add({ name: 'sum' }).apply([first, inner.apply(b)]);
  return tf.model({ name: 'plain_nested', inputs: [a, b], outputs: [head.apply(inner.apply(sum)), first, head.apply(first)] });
}

function startsWithModel(tf) {
  const x = tf.input({ name: 'body_input', shape: [5] });
  const body = tf.model({
    name: 'body',
    inputs: x,
    outputs: tf.layers.dense({ name: 'body_dense', units: 4, activation: 'gelu' }).apply(x),
  });
  return tf.sequential({ name: 'plain_start', layers: [body, tf.layers.dense({ name: 'top', units: 2 })] });
}

function shared(tf) {
  const x = tf.input({ name: 'x', shape: [8, 8, 4] });
  const conv = tf.layers.conv2d({ name: 'shared_conv', filters: 4, kernelSize: 3, padding: 'same' });
  const once = conv.apply(x);
  const twice = conv.apply(once);
  const frozen = tf.layers.batchNormalization({ name: 'frozen_bn', trainable: false }).apply(twice);
  const merged = tf.layers.concatenate({ name: 'merged' }).apply([once, twice, frozen, x]);
  return tf.model({ name: 'plain_shared', inputs: x, outputs: tf.layers.globalMaxPooling2d({ name: 'largest' }).apply(merged) });
}

function everyLayer(tf, layers) {
  const x = tf.input({ name: 'x', shape: [8, 8, 4] });
  const through = (...chain) => chain.reduce((tensor, layer) => layer.apply(tensor), x);
  const ends = [
    through(layers.depthwiseConv2d({ name: 'depthwise', kernelSize: 3, depthMultiplier: 2 })),
    through(layers.separableConv2d({ name: 'separable', filters: 5, kernelSize: 3, depthMultiplier: 2, strides: 2, padding: 'same' })),
    through(layers.conv2dTranspose({ name: 'transposed', filters: 3, kernelSize: 3, strides: 2, padding: 'same' })),
    through(
      layers.conv2d({ name: 'dilated', filters: 3, kernelSize: 3, dilationRate: 2 }),
      layers.prelu({ name: 'prelu', sharedAxes: [1, 2] }),
    ),
    through(
      layers.upSampling2d({ name: 'up', size: [2, 2] }),
      layers.cropping2D({
        name: 'crop',
        cropping: [
          [1, 2],
          [3, 4],
        ],
      }),
    ),
    through(
      layers.zeroPadding2d({
        name: 'pad',
        padding: [
          [1, 2],
          [3, 4],
        ],
      }),
      layers.averagePooling2d({ name: 'average_pool', poolSize: 3, strides: 2, padding: 'same' }),
    ),
    through(layers.leakyReLU({ name: 'leaky', alpha: 0.1 }), layers.elu({ name: 'elu' }), layers.reLU({ name: 'relu', maxValue: 0.5 })),
    through(layers.permute({ name: 'permute', dims: [3, 1, 2] }), layers.softmax({ name: 'softmax', axis: -1 })),
    through(layers.dropout({ name: 'drop', rate: 0.5 })),
    through(
      layers.gaussianNoise({ name: 'noise', stddev: 0.1 }),
      layers.gaussianDropout({ name: 'gaussian', rate: 0.1 }),
      layers.alphaDropout({ name: 'alpha', rate: 0.1 }),
    ),
    through(layers.rescaling({ name: 'rescale', scale: 0.5, offset: -1 }), layers.activation({ name: 'mish', activation: 'mish' })),
    ...['relu', 'elu', 'selu', 'sigmoid', 'logSoftmax', 'softplus', 'softsign', 'tanh'].map((activation) =>
      through(layers.activation({ name: `act_${activation}`, activation })),
    ),
    ...['multiply', 'average', 'maximum', 'minimum'].map((merge) =>
      layers[merge]({ name: merge }).apply([x, layers.activation({ name: `${merge}_tanh`, activation: 'tanh' }).apply(x)]),
    ),
    through(layers.globalAveragePooling2d({ name: 'mean' }), layers.reshape({ name: 'reshape', targetShape: [2, 2] })),
  ];
  const flat = through(layers.flatten({ name: 'flat' }), layers.dense({ name: 'left', units: 3 }));
  const right = through(layers.globalMaxPooling2d({ name: 'largest' }), layers.dense({ name: 'right', units: 3, useBias: false }));
  return tf.model({
    name: 'plain_layers',
    inputs: x,
    outputs: [...ends, layers.dot({ name: 'dot', axes: -1, normalize: true }).apply([flat, right])],
  });
}

/** Of Keras' layers that this package adds to tfjs. */
function preprocessed(tf) {
  const layer = (className, config) => {
    const [type, fromConfig] = tf.serialization.SerializationMap.getMap().classNameMap[className];
    return fromConfig(type, config);
  };
  const x = tf.input({ name: 'x', shape: [6, 6, 3] });
  const statistics = [
    { name: 'adapted' },
    { name: 'adapted_as_one', axis: null },
    { name: 'given', mean: [0.1, -0.2, 0.3], variance: [0.5, 2, 1.5] },
    { name: 'adapted_inverse', invert: true },
    { name: 'given_inverse', axis: null, mean: 0.5, variance: 2, invert: true },
  ];
  const shortcut = statistics.reduce((tensor, config) => layer('Normalization', config).apply(tensor), x);
  const residual = tf.layers.conv2d({ name: 'residual', filters: 3, kernelSize: 1 }).apply(shortcut);
  return tf.model({
    name: 'plain_preprocessed',
    inputs: x,
    outputs: layer('CustomScaleLayer', { name: 'scaled', scale: 0.3 }).apply([shortcut, residual]),
  });
}
