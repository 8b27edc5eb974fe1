#!/usr/bin/env bash
# Proves the files of this package against the tools that they are from and for: Keras, h5py, torch with torchvision, timm, facenet-pytorch and
# pretrainedmodels, Caffe's format, ONNX Runtime and the ONNX checker, safetensors. Full-width networks, random batch statistics.
#   bash scripts/proof/run.sh
# Needs what scripts/parity/run.sh needs: Debian's python3-torchvision (for the torch part), python3-venv, `npm ci`; and 8 GB of disk for a while.
# PARITY_PYTHON names a folder that keeps the two Python environments for the next time.
set -u
cd "$(dirname "$0")/../parity"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
environments=${PARITY_PYTHON:-$work}

. ./environments.sh
environment keras || exit 1
environment torch --system-site-packages || exit 1
npm --prefix ../.. run --silent build || exit 1
cd ../proof

files=$work/files
mkdir "$files"
failed=0
keras() { KERAS_BACKEND=jax "$environments/keras/bin/python" kerasSide.py "$1" "$files"; }
torch() { "$environments/torch/bin/python" torchSide.py "$1" "$files"; }

keras write || exit 1
torch write || exit 1
node readTheirs.mjs "$files" || failed=1
# Four gigabytes that are done with.
rm -f "$files"/*.*
node writeOurs.mjs "$files" || failed=1
keras check || failed=1
torch check || failed=1
exit "$failed"
