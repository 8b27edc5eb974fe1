// Starts a backend, trains a narrow GoogLeNet for a few steps, saves it, loads it again and compares the answers.
// Usage: node scripts/native/trainOnce.cjs BACKEND [DIST]
// Prints one line; exits with 1 if the reloaded model answers otherwise, if the loss is no number, or if Node.js warned of anything.
const { mkdtempSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join, resolve } = require('node:path');

const [backend, dist = join(__dirname, '../../dist')] = process.argv.slice(2);
const warnings = [];
process.on('warning', ({ name, code, message }) => warnings.push(`${name} ${code ?? ''} ${message}`));
const { googLeNet, imageArrays, loadModel, saveModel, tf, train, useBackend } = require(resolve(dist, 'index.js'));

const SIDE = 32;
const COUNT = 16;

/** Dark pictures and bright ones. */
function twoClasses() {
  const pixels = new Uint8Array(COUNT * SIDE * SIDE * 3).map(
    (_, place) => (Math.floor(place / (SIDE * SIDE * 3)) % 2) * 160 + (place % 61),
  );
  return imageArrays({
    pixels,
    labels: Array.from({ length: COUNT }, (_, index) => index % 2),
    classes: ['dark', 'bright'],
    size: SIDE,
    batch: 4,
  });
}

async function main() {
  const report = await useBackend(backend);
  const model = googLeNet({ classes: 2, inputShape: [SIDE, SIDE, 3], stem: 'stride4', widthMultiplier: 0.125, seed: 1 });
  const data = twoClasses();
  const { epochs } = await train(model, { train: data }, { epochs: 2, seed: 1 });
  data.close();
  const loss = epochs.at(-1).loss;
  const folder = mkdtempSync(join(tmpdir(), 'inception-node-'));
  await saveModel(model, folder);
  const again = await loadModel(folder);
  rmSync(folder, { recursive: true });
  const apart = tf.tidy(() => {
    const pictures = tf.randomUniform([2, SIDE, SIDE, 3], 0, 255, 'float32', 1);
    return tf.max(tf.abs(tf.sub(model.predict(pictures), again.predict(pictures)))).dataSync()[0];
  });
  // Warnings are handed out after the task that caused them.
  await new Promise(setImmediate);
  console.log(
    `node ${process.version}  ${report.name} (${report.engine})  loss ${loss.toFixed(4)}  reloaded: ${apart} apart  warnings: ${warnings.length}`,
  );
  for (const warning of warnings) console.log(`  ${warning}`);
  if (!Number.isFinite(loss) || apart !== 0 || report.name !== backend || warnings.length > 0) process.exitCode = 1;
}

main();
