"""Holds golden files that were written just now to the committed ones: the same picture, and numbers within the tolerance.

Usage: python scripts/parity/compare.py WRITTEN COMMITTED     (directories; every file of the first must be in the second)
"""

import json
import sys
from pathlib import Path

import numpy as np
from safetensors import safe_open


def read(path):
    with safe_open(path, "np") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def faults(written, committed):
    """What of one file is not as committed, and its largest difference, max|a - b| / max|b|."""
    (new, new_metadata), (old, metadata) = read(written), read(committed)
    if sorted(new) != sorted(old):
        return [f"tensors {sorted(new)}, committed {sorted(old)}"], 0
    found = [] if json.loads(new_metadata["layers"]) == json.loads(metadata["layers"]) else ["other layers"]
    found += [] if np.array_equal(new["picture"], old["picture"]) else ["another picture"]
    differences = {name: np.abs(new[name].astype(float) - old[name]).max() / np.abs(old[name]).max() for name in old if name != "picture"}
    found += [f"{name} differs by {value:.1e}" for name, value in differences.items() if not value <= float(metadata["tolerance"])]
    return found, max(differences.values())


def main(written, committed):
    files = sorted(Path(written).glob("*.safetensors"))
    failed = 0
    for path in files:
        found, largest = faults(path, Path(committed) / path.name)
        failed += bool(found)
        tool = read(path)[1]["tool"].split(" built from")[0]
        print(f"{path.stem}: {'; '.join(found) or f'as committed to {largest:.0e}'} ({tool})")
    if failed or not files:
        raise SystemExit(f"{failed} of {len(files)} differ from the committed golden files")


main(*sys.argv[1:])
