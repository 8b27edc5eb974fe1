"""Holds ONNX files to onnx's own checker and runs them in ONNX Runtime.

Usage: python runOnnx.py CASES.json
Each case: `file`; `inputs` by name and `outputs` in order, as `{name, shape, file}` of float32 values with the largest batch; `batches`. Prints as JSON, by
case, the file's versions, its input and output names and shapes, and for each output the largest difference from the values that were
expected, over the largest of them. Exits with 1 where the checker refuses a file.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime


def values(tensor):
    return np.fromfile(tensor["file"], dtype=tensor.get("dtype", "float32")).reshape(tensor["shape"])


def difference(found, expected):
    if found.shape != expected.shape or not np.isfinite(found).all():
        return float("inf")
    return float(np.abs(found - expected).max() / np.abs(expected).max())


def shapes(ports):
    return [[port.name, *port.shape] for port in ports]


def judge(case):
    onnx.checker.check_model(case["file"], full_check=True)
    model = onnx.load(case["file"])
    session = onnxruntime.InferenceSession(case["file"], providers=["CPUExecutionProvider"])
    inputs = {tensor["name"]: values(tensor) for tensor in case["inputs"]}
    expected = [values(tensor) for tensor in case["outputs"]]
    differences = [0.0] * len(expected)
    for batch in case["batches"]:
        found = session.run(None, {name: value[:batch] for name, value in inputs.items()})
        differences = [
            max(worst, difference(ours, theirs[:batch])) for worst, ours, theirs in zip(differences, found, expected, strict=True)
        ]
    operations = [node.op_type for node in model.graph.node]
    return {
        "name": case["name"],
        "irVersion": model.ir_version,
        "operatorSet": model.opset_import[0].version,
        "inputs": shapes(session.get_inputs()),
        "outputs": shapes(session.get_outputs()),
        "operations": {name: operations.count(name) for name in sorted(set(operations))},
        "metadata": {entry.key: entry.value for entry in model.metadata_props},
        "differences": differences,
    }


try:
    print(json.dumps({"cases": [judge(case) for case in json.loads(Path(sys.argv[1]).read_text())]}))
except onnx.checker.ValidationError as error:
    sys.exit(f"onnx.checker: {error}")
