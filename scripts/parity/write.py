"""Writes golden files of the parity tests: what an original makes of a picture when it is filled by the formula (formula.py).

Usage: python scripts/parity/write.py [--out DIRECTORY] NAME...     (after `npm run build`; scripts/parity/run.sh makes the environments)

A NAME is one of test/networks/parity/cases.json's, or `formula`, the file that pins both languages' formulas to each other.
"""

import argparse
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

from formula import SEED, numbers, picture

PARITY = Path(__file__).parents[2] / "test" / "networks" / "parity"
TOLERANCE = 1e-4
# Of a larger map only every n-th channel is kept, so that the files stay small.
MAX_VALUES = 16384
FORMULA_TENSORS = {
    "conv1_conv/kernel": [7, 7, 3, 64],
    "conv1_conv/depthwise_kernel": [7, 7, 3, 8],
    "conv1_conv/pointwise_kernel": [1, 1, 24, 64],
    "main_logits/bias": [1000],
    **{f"mixed_5b_1x1_bn/{part}": [64] for part in ("gamma", "beta", "moving_mean", "moving_variance")},
}


def run(case, image):
    # Each tool in its own environment: only the one that is asked for is imported.
    if case["tool"] == "keras":
        from kerasOriginals import run_keras as run_case
    elif case["tool"] == "table":
        from tableOriginals import run_table as run_case
    else:
        from torchOriginals import run_torch as run_case
    return run_case(case, image)


def write(case, directory):
    image = picture(case["size"], case.get("contrast", 1))
    outputs, tool = run(case, image)
    every = {name: -(-values.size // MAX_VALUES) for name, values in outputs.items()}
    metadata = {
        "tool": tool,
        "python": sys.version.split()[0],
        "command": f"bash scripts/parity/run.sh write {case['name']}",
        "seed": str(SEED),
        "tolerance": str(TOLERANCE),
        "layers": json.dumps(case["endpoints"]),
        "everyNthChannel": json.dumps(every),
    }
    kept = {name: np.ascontiguousarray(values[..., :: every[name]]) for name, values in outputs.items()}
    save(directory / f"{case['name']}.safetensors", {"picture": image, **kept}, metadata)


def write_formula(directory):
    tensors = {name: numbers(name, shape) for name, shape in FORMULA_TENSORS.items()}
    metadata = {"tool": f"numpy {np.__version__}", "command": "bash scripts/parity/run.sh write formula", "seed": str(SEED)}
    save(directory / "formula.safetensors", tensors, metadata)


def save(path, tensors, metadata):
    assert all(np.isfinite(values).all() for values in tensors.values()), f"{path.name}: values that are not finite"
    save_file(tensors, path, metadata)
    scales = ", ".join(f"{name} {list(values.shape)} ≤ {np.abs(values.astype(float)).max():.3g}" for name, values in tensors.items())
    print(f"{path.name}: {path.stat().st_size} bytes; {scales}", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=PARITY / "golden")
    parser.add_argument("names", nargs="+")
    options = parser.parse_args()
    options.out.mkdir(parents=True, exist_ok=True)
    cases = {case["name"]: case for case in json.loads((PARITY / "cases.json").read_text())}
    for name in options.names:
        if name != "formula" and name not in cases:
            raise SystemExit(f"{name}: expected formula or one of {', '.join(cases)}")
        write_formula(options.out) if name == "formula" else write(cases[name], options.out)


main()
