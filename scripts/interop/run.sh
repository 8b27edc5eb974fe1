#!/usr/bin/env bash
# Holds the files that this package writes to the tools that they are meant for: safetensors and TensorBoard, Keras 3, the ONNX checker and
# ONNX Runtime, from PyPI.
# Usage: bash scripts/interop/run.sh     (needs python3 of 3.11 or later with venv, and `npm ci`)
# PARITY_PYTHON, as for scripts/parity/run.sh, names a folder in which the environment of Keras and ONNX Runtime may already be.
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

install() { # install FOLDER REQUIREMENTS OPTION...
  local folder=$1 requirements=$2
  shift 2
  python3 -m venv "$folder"
  "$folder/bin/pip" install --quiet --disable-pip-version-check --requirement "$requirements" "$@"
}

install "$work/venv" requirements.txt
keras=${PARITY_PYTHON:-$work}/keras
[ -x "$keras/bin/python" ] || install "$keras" ../parity/requirements/keras.txt --no-deps
npm --prefix ../.. run --silent build

failed=0
for check in checkSafetensors checkTensorBoard; do
  node "$check.mjs" "$work/venv/bin/python" || failed=$((failed + 1))
done
for check in checkKerasWrites checkOnnx; do
  node "$check.mjs" "$keras/bin/python" || failed=$((failed + 1))
done
[ "$failed" -eq 0 ]
