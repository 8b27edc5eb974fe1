import * as tf from '@tensorflow/tfjs';
import { ensureBackend } from '../../../src/backends/ensureBackend.js';
import { loadRecognized } from '../../../src/io/weights/loadRecognized.js';
import type { NetworkName } from '../../../src/spec/networkSpec.js';
import { numbers } from '../../networks/parity/formula.js';
import { expectFailure } from '../failure.js';
import { torchManifest, type Manifest } from '../names/manifest.js';
import { storedTensors } from '../names/storedTensors.js';
import { weightFile } from '../names/weightFiles.js';

beforeAll(() => ensureBackend());

const without = (manifest: Manifest, pattern: RegExp): Manifest => new Map([...manifest].filter(([name]) => !pattern.test(name)));

/** A classifier of so many classes instead of the published one. */
const withClasses = (manifest: Manifest, classes: number): Manifest =>
  new Map([...manifest].map(([name, shape]) => [name, /^(?:fc|aux\d\.fc2)\./.test(name) ? [classes, ...shape.slice(1)] : shape]));

const GOOGLENET = torchManifest('torchvision googlenet');

it.each<{ what: string; manifest: Manifest; network: NetworkName; variant: string; classes: number; heads: number; labels: number }>([
  {
    ...{ what: "with heads that were never trained, ImageNet's", manifest: GOOGLENET },
    ...{ network: 'googlenet', variant: 'torchvision', classes: 1000, heads: 0, labels: 1000 },
  },
  {
    ...{ what: 'with heads, for 37 classes', manifest: withClasses(GOOGLENET, 37) },
    ...{ network: 'googlenet', variant: 'torchvision', classes: 37, heads: 2, labels: 0 },
  },
  {
    ...{ what: 'without heads, for 37 classes', manifest: withClasses(without(GOOGLENET, /^aux/), 37) },
    ...{ network: 'googlenet', variant: 'torchvision', classes: 37, heads: 0, labels: 0 },
  },
  {
    ...{ what: 'for 1001 classes', manifest: withClasses(GOOGLENET, 1001) },
    ...{ network: 'googlenet', variant: 'torchvision', classes: 1000, heads: 0, labels: 1000 },
  },
  {
    ...{ what: 'without a classifier', manifest: without(GOOGLENET, /^(?:aux|fc)/) },
    ...{ network: 'googlenet', variant: 'torchvision', classes: 0, heads: 0, labels: 0 },
  },
  {
    ...{ what: 'of faces', manifest: torchManifest('facenet inception-resnet-v1') },
    ...{ network: 'inception-resnet-v1', variant: 'facenet', classes: 8631, heads: 0, labels: 0 },
  },
])('builds $network $variant for a file $what: $classes classes, $heads heads, $labels labels', async ({ manifest, ...expected }) => {
  const before = tf.memory().numTensors;
  const { model, weights } = await loadRecognized('loadModel', weightFile(storedTensors(manifest)));
  expect(weights.notes.some((note) => note.startsWith('The auxiliary heads are left out'))).toBe(
    weights.unused.includes('aux1.fc2.weight'),
  );
  const { name: network, variant, classes, auxiliaryHeads } = model.spec;
  expect(expected).toMatchObject({ network, variant, classes, heads: auxiliaryHeads.length, labels: model.labels.length });
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

it('ends a face network without a classifier in its embedding of 512 numbers, with the weights of the file', async () => {
  const faces = without(torchManifest('facenet inception-resnet-v1'), /^logits\./);
  const { model } = await loadRecognized('loadModel', weightFile(storedTensors(faces, numbers)));
  expect(model.outputs.map(({ shape }) => shape)).toEqual([[null, 512]]);
  expect(model.spec.classes).toBe(0);
  const transposed = tf.tidy(() => tf.transpose(model.getLayer('embedding').getWeights()[0]).dataSync());
  expect(transposed).toEqual(numbers('last_linear.weight', [512, 1792]));
  model.dispose();
});

it('refuses names of no known network, and leaves no tensor of one that does not fit', async () => {
  const before = tf.memory().numTensors;
  const unknown = weightFile(storedTensors([['layer1.0.conv1.weight', [64, 64, 3, 3]]]));
  const message = /^memory: expected a model, or weights of a network that shows in their names, got \[ 'layer1\.0\.conv1\.weight' \]/;
  await expectFailure(loadRecognized('loadModel', unknown), 'UNSUPPORTED_FORMAT', message);
  const wider = new Map([...GOOGLENET].map(([name, shape]) => [name, name === 'conv1.conv.weight' ? [65, 3, 7, 7] : shape]));
  const differs = /\n≠ conv1_conv\/kernel \[7, 7, 3, 64\] in the model, \[7, 7, 3, 65\] in the file$/;
  await expectFailure(loadRecognized('loadModel', weightFile(storedTensors(wider))), 'WEIGHTS_MISMATCH', differs);
  const tiny = new Map([...torchManifest('timm inception-resnet-v2')].map(([name, shape]) => [name, shape.map(() => 1)]));
  const narrow = /expected the weights of inception-resnet-v2 at full width, got "a weight .* where the file holds \d+ values"/;
  await expectFailure(loadRecognized('loadModel', weightFile(storedTensors(tiny))), 'WEIGHTS_MISMATCH', narrow);
  expect(tf.memory().numTensors).toBe(before);
});
