"""What both sides of the proof share: the cases, the pictures, the numbers that networks are filled with, and how results are held together."""

import json
import os
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

sys.path.append(str(Path(__file__).parents[1] / "parity"))

from formula import numbers, uniform  # noqa: E402

# ONLY=googlenet limits a run to the cases that have this in their names, as in built.mjs.
CASES = {
    kind: [case for case in cases if os.environ.get("ONLY", "") in case["name"]]
    for kind, cases in json.loads(Path(__file__).with_name("cases.json").read_text()).items()
}

# max|a - b| / max|b| of logits: float32 sums of another order, through two hundred layers.
TOLERANCE = 1e-4


def picture(size):
    """A network's input, [size, size, 3], between -1 and 1."""
    return (2 * uniform(f"proof {size}", size * size * 3) - 1).astype(np.float32).reshape(size, size, 3)


def fill(slots_by_layer):
    """Gives every weight numbers of its own; slots as in scripts/parity/fill.py, by the name of their layer."""
    for layer, slots in slots_by_layer:
        for part, shape, assign in slots:
            assign(numbers(f"{layer}/{part}", shape))


def save_outputs(path, outputs):
    """[classes] logits by head, and the picture that they are of."""
    save_file({name: np.ascontiguousarray(values, dtype=np.float32) for name, values in outputs.items()}, path)


class Tally:
    """One line a pair: what was held to what, and how far apart they were."""

    def __init__(self):
        self.passed = self.failed = 0

    def check(self, name, work):
        try:
            found = work()
            ok, text = found if isinstance(found, tuple) else (found <= TOLERANCE, f"{found:.1e}")
        except Exception as error:  # Whatever a tool throws at our file is a finding.
            ok, text = False, f"{type(error).__name__}: {str(error)[:600]}"
        self.passed += ok
        self.failed += not ok
        print(f"{'ok    ' if ok else 'FAILED'} {name}: {text}", flush=True)

    def end(self, tool):
        print(f"{tool}: {self.passed} of {self.passed + self.failed} pairs agree", flush=True)
        raise SystemExit(1 if self.failed or not self.passed else 0)


def difference(found, expected):
    """The largest of max|a - b| / max|b| over outputs by name; every expected one must be there."""
    assert sorted(found) == sorted(expected), f"outputs {sorted(found)}, expected {sorted(expected)}"
    worst = 0
    for name, values in expected.items():
        assert found[name].shape == values.shape, f"{name}: {found[name].shape}, expected {values.shape}"
        worst = max(worst, float(np.abs(found[name].astype(float) - values).max() / np.abs(values).max()))
    assert np.isfinite(worst), "values that are not finite"
    return worst


def load_outputs(path):
    """(picture, outputs by head) as ours.mjs and save_outputs write them."""
    tensors = load_file(path)
    return tensors.pop("input"), tensors
