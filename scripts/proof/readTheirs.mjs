// Reads the files that kerasSide.py and torchSide.py wrote, and holds what our networks then answer to what theirs did.
// Usage: node scripts/proof/readTheirs.mjs FOLDER [DIST]
import { join } from 'node:path';
import { cases, check, difference, end, folder, inception, logitsOf, readTensors } from './built.mjs';

const { inceptionNet, loadModel, loadWeights, networkSpec, tf, useBackend } = inception;

/** What each tool writes: whole models, and weights. */
const FILES = {
  keras: { models: ['keras', 'h5'], weights: ['keras', 'h5', 'weights.h5'] },
  caffe: { models: [], weights: ['caffemodel', 'v1.caffemodel'] },
};
const TORCH = { models: [], weights: ['pth', 'legacy.pth', 'safetensors'] };

const expectedOf = (path) => {
  const { input, ...heads } = readTensors(`${path}.expected`);
  return { input, heads: Object.fromEntries(Object.entries(heads).map(([name, { values }]) => [name, values])) };
};

/** So that a weight which is not set shows. */
function blank(model) {
  for (const weight of model.weights) tf.tidy(() => weight.write(tf.zeros(weight.shape)));
}

/** Weights into a network that we build, at the smallest size. */
async function readWeights(item, extensions) {
  const { name, network, variant, size, heads } = item;
  const { input, heads: expected } = expectedOf(join(folder, name));
  const model = inceptionNet(networkSpec(network, { variant, inputShape: [size, size, 3], auxiliaryHeads: heads !== undefined }));
  for (const extension of extensions) {
    await check(`${name}.${extension} → loadWeights into ${network}:${variant}`, async () => {
      blank(model);
      await loadWeights(model, join(folder, `${name}.${extension}`));
      return difference(logitsOf(model, input), expected);
    });
  }
  model.dispose();
}

/** Whole models, at the size that they were saved with. */
async function readModels({ name }, extensions) {
  const { input, heads } = expectedOf(join(folder, name));
  for (const extension of extensions) await checkModel(`${name}.${extension}`, input, heads);
}

/** Weights alone, recognised by their names as a published network of its published size. */
async function recognise({ name }, extensions) {
  const { input, heads } = expectedOf(join(folder, `${name}.published`));
  for (const extension of extensions) await checkModel(`${name}.${extension}`, input, heads);
}

async function checkModel(file, input, expected) {
  await check(`${file} → loadModel`, async () => {
    const model = await loadModel(join(folder, file));
    try {
      const found = logitsOf(model, input);
      // Auxiliary heads may be left out of a network that is recognised; what is there must be right.
      return difference(found, Object.fromEntries(Object.keys(found).map((name) => [name, expected[name]])));
    } finally {
      model.dispose();
    }
  });
}

await useBackend('wasm');
for (const item of cases.theirs) {
  const { models, weights } = FILES[item.tool] ?? TORCH;
  await readModels(item, models);
  await readWeights(item, weights);
  if (item.tool !== 'keras') await recognise(item, weights.slice(0, 1));
}
end('their files here');
