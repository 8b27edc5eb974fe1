#!/usr/bin/env bash
# WebGPU without a GPU: Dawn (npm's webgpu) and TensorFlow.js' WebGPU backend beside the packed package, on SwiftShader, the software
# Vulkan inside Chromium. What it cannot show: speed, and what a real GPU and its driver do otherwise.
# Usage, after npm run build: bash scripts/native/checkWebgpu.sh FOLDER   (made anew; CHROMIUM names a Chromium in another place than /usr/bin/chromium)
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
folder=$1

# SwiftShader and a Vulkan loader lie beside Chromium's binary; /usr/bin/chromium is a script of Debian's.
chromium=${CHROMIUM:-/usr/bin/chromium}
for place in "$(dirname "$(readlink -f "$chromium")")" /usr/lib/chromium; do
  if [ -f "$place/vk_swiftshader_icd.json" ] && [ -f "$place/libvulkan.so.1" ]; then swiftshader=$place; break; fi
done
if [ -z "${swiftshader:-}" ]; then
  echo "Not run here: WebGPU, for want of SwiftShader (vk_swiftshader_icd.json and libvulkan.so.1 beside $chromium)."
  exit 0
fi

rm -rf "$folder"
mkdir -p "$folder/packed" "$folder/app" "$folder/vulkan"
folder=$(cd "$folder" && pwd)
(cd "$root" && npm pack --silent --ignore-scripts --pack-destination "$folder/packed" >&2)
cd "$folder/app"
echo '{ "name": "app", "private": true, "type": "module" }' > package.json
npm install --silent --ignore-scripts "$folder"/packed/*.tgz webgpu@0.6.2 @tensorflow/tfjs-backend-webgpu@4.22.0
cp "$root"/scripts/native/webgpu/*.mjs .

# Nothing but the loader: Chromium's other libraries are not for Node.js.
ln -s "$swiftshader/libvulkan.so.1" "$folder/vulkan/"
on_swiftshader() { VK_ICD_FILENAMES=$swiftshader/vk_swiftshader_icd.json LD_LIBRARY_PATH=$folder/vulkan timeout 900 "$@"; }

echo 'driver, on SwiftShader:'
on_swiftshader node driver.mjs
echo 'driver, without Vulkan:'
VK_ICD_FILENAMES=/nowhere VK_DRIVER_FILES=/nowhere node driver.mjs without 2>"$folder/without.log" || { cat "$folder/without.log"; exit 1; }
echo 'operations:'
on_swiftshader node operations.mjs
echo 'networks:'
on_swiftshader node networks.mjs
echo 'training:'
node training.mjs wasm > wasm.json
on_swiftshader node training.mjs webgpu > webgpu.json
node compareTrainings.mjs webgpu.json wasm.json
echo 'WebGPU works on a software adapter; no real GPU was tried'
