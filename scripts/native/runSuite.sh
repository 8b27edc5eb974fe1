#!/usr/bin/env bash
# Runs on one backend every test that could come out otherwise there:
#   bash scripts/native/runSuite.sh [tfjs-node|tfjs-node-gpu|webgpu|cpu] [arguments for jest]
# It needs what `inception native install` brings (TFJS_INCEPTION_NATIVE names its folder). A backend that does not start fails the run.
# test/onAskedBackend.cjs lists what is left out, and why: the suite takes 13 minutes on two cores, and most files compute nothing.
# The last lines say how many tests computed there, and with how many of TensorFlow's operations; a file that computed nothing fails the run.
set -euo pipefail
cd "$(dirname "$0")/../.."
backend=${1:-tfjs-node}
INCEPTION_TEST_BACKEND=$backend npm test -- "${@:2}"
