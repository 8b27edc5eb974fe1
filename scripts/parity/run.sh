#!/usr/bin/env bash
# Runs the real networks of Keras, torchvision, timm, facenet-pytorch and pretrainedmodels for the parity tests.
#   bash scripts/parity/run.sh check           reruns one network of each kind and compares with the committed golden files
#   bash scripts/parity/run.sh check NAME...   these
#   bash scripts/parity/run.sh write NAME...   writes golden files: names of test/networks/parity/cases.json, or formula; all for none
# Needs Debian's python3-torchvision (PyPI's torch brings gigabytes of CUDA), python3-venv, and `npm ci`.
# PARITY_PYTHON names a folder that keeps the two Python environments for the next time.
set -eu
cd "$(dirname "$0")"
task=${1:-check}
shift || true
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
environments=${PARITY_PYTHON:-$work}

# One of each kind, at the smallest size.
smallest="googlenet-torchvision-100 inception-v2-caffe-64 inception-v3-keras-75 inception-v3-torchvision-75 inception-v4-timm-75
  inception-resnet-v1-facenet-75 inception-resnet-v2-timm-75 xception-keras-71 xception-timm-71 googlenet-slim-64"

. ./environments.sh

run() { # run DIRECTORY NAME...
  local out=$1 keras='' torch='' name
  shift
  for name in "$@"; do
    case $name in *-keras-*) keras="$keras $name" ;; *) torch="$torch $name" ;; esac
  done
  # Lists of names, split at spaces.
  if [ -n "$keras" ]; then KERAS_BACKEND=jax "$environments/keras/bin/python" write.py --out "$out" $keras; fi
  if [ -n "$torch" ]; then "$environments/torch/bin/python" write.py --out "$out" $torch; fi
}

environment keras
environment torch --system-site-packages
npm --prefix ../.. run --silent build

case $task in
  write)
    [ $# -gt 0 ] || set -- formula $(node -p 'require("../../test/networks/parity/cases.json").map(({ name }) => name).join(" ")')
    run ../../test/networks/parity/golden "$@"
    ;;
  check)
    [ $# -gt 0 ] || set -- $smallest
    run "$work/golden" "$@"
    "$environments/keras/bin/python" compare.py "$work/golden" ../../test/networks/parity/golden
    ;;
  *)
    echo "run.sh: expected check or write, got $task." >&2
    exit 2
    ;;
esac
