#!/usr/bin/env bash
# Writes the TypeScript of the protobuf schemas anew. The result is committed, so that building needs no Python.
# Usage: bash scripts/generateSchemas.sh     (needs python3 of 3.9 or later with venv, and `npm ci`)
set -eu
cd "$(dirname "$0")/.."
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
python="$work/venv/bin/python"
"$python" -m pip install --quiet --disable-pip-version-check grpcio-tools==1.85.1

generate() { # generate FOLDER FILE OUT: the schema FILE of FOLDER as TypeScript in OUT
  "$python" -m grpc_tools.protoc --proto_path="$1" --plugin=protoc-gen-es=node_modules/.bin/protoc-gen-es \
    --es_opt=target=ts,import_extension=js --es_out="$3" "$2"
}

# ONNX: Apache-2.0, out of its wheel.
"$python" -m pip install --quiet --disable-pip-version-check --no-deps --target "$work/onnx" onnx==1.23.2
generate "$work/onnx/onnx" onnx-ml.proto src/io/onnx

# Caffe: the few fields that are read.
generate src/io/caffe caffe.proto src/io/caffe

# TensorFlow: the few fields that are written.
generate src/compile tensorflow.proto src/compile
