// The networks that the bench of compiled steps trains and runs, as the package's own specs: every contender builds its own from one of them.

/** Of each: the name and options of its spec, one side of its input, how many pictures a training step takes and how often it is run a round. */
export const NETWORKS = {
  googlenet: { name: 'googlenet', options: { variant: 'batchnorm' }, order: 'conv-relu', size: 224, batch: 8, runs: 3 },
  'googlenet-batchnorm': { name: 'googlenet', options: { variant: 'batchnorm' }, size: 224, batch: 8, runs: 3 },
  // The stem of small pictures; some 390 thousand parameters.
  small: { name: 'googlenet', options: { variant: 'batchnorm', widthMultiplier: 0.25, stem: 'stride2' }, size: 32, batch: 32, runs: 10 },
  'inception-v3': { name: 'inception-v3', options: { variant: 'keras' }, size: 299, batch: 8, runs: 2 },
  // With local response normalization, which PyTorch composes of other operations: not among the networks of a full run.
  'googlenet-paper': { name: 'googlenet', options: { variant: 'paper' }, size: 224, batch: 8, runs: 3 },
};

/** Those that a run without --networks measures. */
export const USUAL_NETWORKS = ['googlenet', 'googlenet-batchnorm', 'small', 'inception-v3'];

export const CLASSES = 10;

/**
 * The spec of a network of the table, plain JSON.
 *
 * @param load Loads a file of the package.
 */
export function specOf(network, load) {
  const { name, options, order, size } = NETWORKS[network];
  const spec = load('spec/networkSpec.js').networkSpec(name, { inputShape: [size, size, 3], classes: CLASSES, ...options });
  return order ? { ...spec, convolution: load('spec/convolutionStyles.js').CONVOLUTION_STYLES[order] } : spec;
}
