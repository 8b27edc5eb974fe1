#!/usr/bin/env bash
# The true thing: `inception native install` of the packed package with the real npm, pip and compiler, used by an application in an empty
# folder; again, broken off, failed, found after `npm ci`, removed. Takes some minutes, 1.2 GB of disk and 600 MB from npm and PyPI.
# Usage: bash scripts/native/checkInstall.sh FOLDER [TARBALL]   (the folder is made anew; without a tarball the package is built and packed)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
rm -rf "$folder"
mkdir -p "$folder/packed" "$folder/app"
folder=$(cd "$folder" && pwd)
tarball=${2:-}
if [ -z "$tarball" ]; then
  (cd "$root" && npm pack --silent --pack-destination "$folder/packed" >&2)
  tarball=$(ls "$folder"/packed/*.tgz)
fi
export TFJS_INCEPTION_NATIVE="$folder/home"
log="$folder/log"
failed=0

claim() { # claim TEXT COMMAND...   says whether it holds
  local text=$1
  shift
  if "$@" >"$folder/claim" 2>&1; then
    printf 'holds: %s\n' "$text"
  else
    failed=$((failed + 1))
    printf 'FAILS: %s\n' "$text"
    sed 's/^/       /' "$folder/claim" "$log"
  fi
}
inception() { npx --no-install inception "$@" >"$log" 2>&1; }
says() { grep -q "$1" "$log"; }
ends_with() { # ends_with EXIT_CODE COMMAND...
  local expected=$1 code=0
  shift
  "$@" || code=$?
  [ "$code" -eq "$expected" ]
}
same_record() { cmp "$folder/record" "$TFJS_INCEPTION_NATIVE/tfjs-node.json"; }
packages_in_home() { [ "$(find "$TFJS_INCEPTION_NATIVE" -mindepth 1 -maxdepth 1 -name 'tfjs-node_*' | wc -l)" -eq "$1" ]; }

cd "$folder/app"
printf '{ "name": "app", "private": true }\n' >package.json
npm install --silent --ignore-scripts "$tarball"

cat >step.cjs <<'JS'
// One training step of a narrow network on tfjs-node; the loss must fall on the batch that it was taken on.
const { googLeNet, tf, useBackend } = require('tfjs-inception');
(async () => {
  const { name, engine } = await useBackend('tfjs-node');
  const model = googLeNet({ classes: 3, inputShape: [48, 48, 3], stem: 'stride4', widthMultiplier: 0.125, seed: 1, dropout: 0 });
  model.compile({ optimizer: tf.train.sgd(0.05), loss: 'categoricalCrossentropy' });
  const x = tf.randomUniform([6, 48, 48, 3], -1, 1, 'float32', 1);
  const y = tf.oneHot([0, 1, 2, 0, 1, 2], 3);
  const losses = [];
  for (let step = 0; step < 4; step++) losses.push(await model.trainOnBatch(x, y));
  console.log(name, engine, losses);
  if (!(losses[3] < losses[0])) throw new Error('the loss did not fall');
  if (!/^TensorFlow 2\.21\./.test(engine)) throw new Error(engine);
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
JS

claim 'before: status says that nothing is installed, exit code 0' inception native status
claim '… in these words' says "nothing is installed in $TFJS_INCEPTION_NATIVE"
claim 'before: an application is told that tfjs-node is missing' ends_with 1 node step.cjs
claim 'inception native install' inception native install
cat "$log"
claim 'it was compared with the cpu backend before it was put in place' says 'verify .*TensorFlow 2\.21\.0 on the CPU, differs from the cpu backend by [0-9.]*e-'
claim 'an application trains on it' node step.cjs
cp "$TFJS_INCEPTION_NATIVE/tfjs-node.json" "$folder/record"
claim 'inception native status: exit code 0' inception native status
claim '… it works' says '^  works$'
claim 'install once more' inception native install
claim '… finds the same, in seconds, and changes nothing' says '^unchanged  tfjs-node'
claim '… not even its record' same_record
npm ci --silent --ignore-scripts
claim 'after npm ci the application still trains on it' node step.cjs

cat >"$folder/slow" <<'SH'
#!/bin/sh
exec sleep 20
SH
chmod +x "$folder/slow"
claim 'an install whose compiler fails ends with 1' ends_with 1 env CXX=/bin/false npx --no-install inception native install --force
claim '… and leaves the former one: its record' same_record
claim '… and what it computes' node step.cjs
# Killed as hard as can be, once it is at the compiler.
setsid env CXX="$folder/slow" node node_modules/tfjs-inception/dist/cli/main.js native install --force >"$log" 2>&1 &
victim=$!
# However long its downloads take; one that ends before that has failed, as the claims below will show.
while kill -0 "$victim" 2>/dev/null && ! says '^tensorflow '; do sleep 0.5; done
kill -9 "$victim" 2>/dev/null || true
wait "$victim" 2>/dev/null || true
claim 'an install that was killed leaves the former one: its record' same_record
claim '… and what it computes' node step.cjs
claim 'the next install takes over its lock' inception native install --force
claim '… and what it had unpacked' says 'unpacked by an earlier run'
claim '… and removes the former package' packages_in_home 1
claim '… an application trains on the new one' node step.cjs

cat >classify.cjs <<'JS'
const { createClassifier, googLeNet, useBackend } = require('tfjs-inception');
(async () => {
  await useBackend('cpu');
  const model = googLeNet({ classes: 3, inputShape: [48, 48, 3], stem: 'stride4', widthMultiplier: 0.125, seed: 1 });
  const classifier = await createClassifier(model, { engine: 'onnx' });
  if (classifier.engines[0].name !== 'onnx') throw new Error(JSON.stringify(classifier.engines));
})().catch((error) => {
  console.error(error);
  process.exit(1);
});
JS
rm -rf node_modules/onnxruntime-node
claim 'without ONNX Runtime an application is told what installs it' ends_with 1 node classify.cjs
claim 'inception native install --onnx' inception native install --onnx
claim 'the application classifies on it' node classify.cjs

claim 'inception native uninstall --all' inception native uninstall --all
cat "$log"
claim '… says what it freed' says 'removed .* MB freed'
claim '… and leaves no file' test -z "$(find "$TFJS_INCEPTION_NATIVE" -type f 2>/dev/null)"
claim 'after: an application is told that tfjs-node is missing' ends_with 1 node step.cjs

if [ "$failed" -gt 0 ]; then
  printf '%s claims fail\n' "$failed"
  exit 1
fi
echo 'native install: every claim holds'
