"""Prints what the reference implementation of safetensors finds in a file, as JSON.

Usage: python readSafetensors.py FILE
Tensors by name: type, shape, bytes in hexadecimal, and the sum of the values where numpy has the type. Exits with 1 if the file is refused.
"""

import json
import sys
from pathlib import Path

from safetensors import SafetensorError, deserialize, safe_open

path = Path(sys.argv[1])
try:
    tensors = {
        name: {"dtype": view["dtype"], "shape": view["shape"], "hex": bytes(view["data"]).hex()}
        for name, view in deserialize(path.read_bytes())
    }
    with safe_open(path, framework="numpy") as file:
        metadata = file.metadata() or {}
        for name, tensor in tensors.items():
            try:
                values = file.get_tensor(name)
            except (AttributeError, KeyError, TypeError, ValueError, SafetensorError):
                continue  # A type that numpy has not, such as BF16.
            if values.dtype.kind in "fiub":
                tensor["sum"] = float(values.sum(dtype="float64"))
except SafetensorError as error:
    sys.exit(f"{path}: {error}")
print(json.dumps({"metadata": metadata, "tensors": tensors}))
