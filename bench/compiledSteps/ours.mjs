// This package on tfjs-node, as the program of a Contender.
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { CLASSES } from './networks.mjs';

const { dist, backend, engine, what, spec, batch, folder } = JSON.parse(process.argv.at(-1));
const require = createRequire(import.meta.url);
const load = (path) => require(resolve(dist, path));
const tf = require('@tensorflow/tfjs');
const { ForwardPass } = load('compile/forwardPass.js');
const { costOf } = load('cost/costOf.js');
const { useBackend } = load('backends/useBackend.js');
const { imageFolder } = load('data/imageFolder.js');
const { PAPER_AUGMENTATION } = load('data/augmentation.js');
const { inceptionNet } = load('networks/inceptionNet.js');
const { trainingEvents } = load('training/train.js');
const { eagerStep } = load('training/eagerStep.js');
const { graphStep } = load('training/graphStep.js');

const LEARNING_RATE = 1e-3;
const OPTIMIZER = { kind: 'sgd', momentum: 0.9 };

let compileMs;
const events = {
  onCompiled: (milliseconds) => (compileMs = milliseconds),
  // What goes on operation by operation is not a graph.
  onRefused: (reason) => {
    throw reason;
  },
};

const randomPictures = (size) => tf.randomUniform([batch, size, size, 3], 0, 255, 'float32', 1);

/** A step on one batch that stays in memory, up to the loss as a number. */
function trainingRun(model) {
  const settings = { optimizer: OPTIMIZER, labelSmoothing: 0, weightDecay: 0 };
  const step = engine === 'graph' ? graphStep(model, settings, events) : eagerStep(model, settings);
  const inputs = {
    images: randomPictures(spec.inputShape[0]),
    labels: tf.tensor1d(
      Array.from({ length: batch }, (_, index) => index % CLASSES),
      'int32',
    ),
    learningRate: tf.scalar(LEARNING_RATE),
    seed: tf.scalar(0, 'int32'),
    headWeights: tf.tensor1d([1]),
    lossLimit: tf.scalar(1e6),
  };
  let steps = 0;
  return async () => {
    const scalars = { ...inputs, step: tf.scalar(steps++, 'int32') };
    const result = step.run(inputs, scalars);
    await result.loss.data();
    tf.dispose([scalars.step, { ...result }]);
  };
}

/** A prediction of one batch that stays in memory, up to the probabilities in JavaScript. */
function forwardRun(model) {
  const images = randomPictures(spec.inputShape[0]);
  const pass = new ForwardPass(model, (pictures) => [model.predict(model.preprocess(pictures), { batchSize: batch })]);
  return async () => {
    const [output] = engine === 'graph' ? pass.runAsGraph(images) : pass.runEagerly(images);
    if (engine === 'graph' && !pass.ranAsGraph) throw new Error(`${spec.name}: expected a forward pass that can be a graph`);
    await output.data();
    output.dispose();
  };
}

/** An epoch of train() on a folder. Between two runs training stands still. */
async function folderRun(model) {
  const { crop, flip } = PAPER_AUGMENTATION;
  const settings = { size: spec.inputShape[0], batch, cacheBytes: 0, augmentation: { crop, flip } };
  const { train } = await imageFolder(folder, settings);
  const options = { optimizer: OPTIMIZER, learningRate: LEARNING_RATE, schedule: { kind: 'constant' }, weightDecay: 0 };
  const events = trainingEvents(model, { train }, { ...options, engine, epochs: 1000 });
  return async () => {
    for (;;) {
      const { value, done } = await events.next();
      if (done) throw new Error('training ended');
      if (value.kind === 'epoch') return;
    }
  };
}

const report = await useBackend(backend);
const { parameters, multiplyAdds } = costOf(spec);
const model = inceptionNet(spec, { seed: 1 });
const run = await { training: trainingRun, forward: forwardRun, folder: folderRun }[what](model);

async function timed() {
  const start = performance.now();
  await run();
  return performance.now() - start;
}

const say = (answer) => console.log(JSON.stringify(answer));
const version = `${report.engine} from Node.js ${process.version}`;
// Two steps are recorded, the third is the graph's first.
const firstMs = what === 'training' ? (await timed()) + (await timed()) + (await timed()) : await timed();
if (what === 'training' && engine === 'graph' && compileMs === undefined)
  throw new Error(`${spec.name}: expected a step that becomes a graph`);
say({ parameters, multiplyAdds, version, firstMs, compileMs });
for await (const line of createInterface({ input: process.stdin })) {
  const milliseconds = [];
  for (let left = JSON.parse(line).runs; left > 0; left--) milliseconds.push(await timed());
  say({ milliseconds });
}
process.exit();
