#!/usr/bin/env bash
# Holds the files that this package writes to the tools that they are meant for: safetensors and TensorBoard, from PyPI.
# Usage: bash scripts/interop/run.sh     (needs python3 of 3.11 or later with venv, and `npm ci`)
set -eu
cd "$(dirname "$0")"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check --requirement requirements.txt
npm --prefix ../.. run --silent build

failed=0
for check in check*.mjs; do
  node "$check" "$work/venv/bin/python" || failed=$((failed + 1))
done
[ "$failed" -eq 0 ]
