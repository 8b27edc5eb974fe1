#!/usr/bin/env bash
# The CUDA build where there is no GPU: `inception native install --cuda` into an empty home, then tfjs-node-gpu must load, say that it
# computes on the CPU and why, compute there as it should, and find its CUDA libraries in the home with no variable set.
# Usage: bash scripts/native/checkCuda.sh FOLDER [HOME]   (FOLDER is made anew and removed; HOME: a finished one, checked as it is)
# Needs what the install needs, the built package, and room for CUDA's libraries; where that is not, TensorFlow's wheel alone.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1
rm -rf "$folder"
mkdir -p "$folder"
trap 'rm -rf "$folder"' EXIT
cd "$root"
export TFJS_INCEPTION_NATIVE=${2:-$folder/home}
unset LD_LIBRARY_PATH
# A GPU that is here after all is hidden: this is the check of a machine that has none.
export CUDA_VISIBLE_DEVICES=-1
inception() { node dist/cli/main.js "$@"; }

if [ $# -lt 2 ]; then
  free=$(df --output=avail -B1G "$folder" | tail -1 | tr -d ' ')
  options=(--cuda)
  if [ "$free" -lt 8 ]; then
    echo "Without CUDA's own libraries: they need 8 GB for a while, and $free GB are free."
    options+=(--system-cuda)
  fi
  inception native install "${options[@]}"
fi
inception native status
home=$(readlink -f "$TFJS_INCEPTION_NATIVE/$(node -p 'require(`${process.env.TFJS_INCEPTION_NATIVE}/tfjs-node-gpu.json`).folder')")
du -sm "$home" | awk '{ print "on disk: " $1 " MB" }'

# It computes as the cpu backend does, in a process of its own, and says where.
cat > "$folder/examine.cjs" <<'JS'
const { examineBackend } = require(`${process.cwd()}/dist/backends/examine/examineBackend.js`);
const assert = require('node:assert/strict');
(async () => {
  const examination = await examineBackend('tfjs-node-gpu');
  console.log(JSON.stringify(examination));
  assert.equal(examination.works, true, examination.reason);
  assert.equal(examination.report.device, 'cpu');
  assert.ok(examination.difference < 1e-4, `difference ${examination.difference}`);
})();
JS
node "$folder/examine.cjs"
# 'auto' takes it, since no tfjs-node is installed (a home that was given may have one), and says why it is not on a GPU.
cat > "$folder/auto.cjs" <<'JS'
const { useBackend } = require(`${process.cwd()}/dist/backends/useBackend.js`);
const assert = require('node:assert/strict');
useBackend().then(({ name, device, rejected }) => {
  const reason = rejected.find((each) => each.name === 'tfjs-node-gpu')?.reason;
  console.log(`auto takes ${name}; tfjs-node-gpu: ${reason}`);
  assert.match(name, /^tfjs-node/);
  assert.equal(device, 'cpu');
  assert.match(reason, /NVIDIA|GPU/);
});
JS
node "$folder/auto.cjs"

# Layers, gradients of whole networks and training steps give on it what they give on every other backend.
INCEPTION_TEST_BACKEND=tfjs-node-gpu npm test --silent -- \
  'test/layers/(batchNormalization|localResponseNormalization|dropout)\.test' test/networks/gradients.test.ts test/training/eagerStep.test.ts

# All that TensorFlow opens before it takes a GPU, in the home and nowhere else.
if [ ! -d "$home/nvidia" ]; then
  echo 'Not run here: opening the CUDA libraries, which were left out.'
  exit 0
fi
addon=$(find "$home/packages/node_modules/@tensorflow/tfjs-node-gpu/lib" -name tfjs_binding.node)
"${CXX:-g++}" -O1 scripts/native/openCudaLibraries.cc -o "$folder/openCudaLibraries" -ldl
# Its log names every library that is looked for, and why one is not opened.
if ! TF_CPP_VMODULE=dso_loader=2 "$folder/openCudaLibraries" "$addon" > "$folder/opened" 2> "$folder/log"; then
  cat "$folder/log"
  exit 1
fi
libraries=$(grep -E '/lib(cu|nv)[A-Za-z]+\.so' "$folder/opened")
echo "$libraries" | sed "s#^$home/##"
[ "$(echo "$libraries" | wc -l)" -ge 7 ]
if echo "$libraries" | grep -v "^$home/"; then
  echo 'expected every CUDA library from the home, got those above.'
  exit 1
fi
echo 'the CUDA build works without a GPU'
