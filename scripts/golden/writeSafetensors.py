"""Writes test/io/golden/numpy.safetensors with the reference implementation: every type that numpy has, names and shapes that trap readers.

Usage: pip install safetensors==0.8.0 numpy==2.4.6 && python scripts/golden/writeSafetensors.py
"""

from pathlib import Path

import numpy as np
import safetensors
from safetensors.numpy import save_file

TYPES = ["bool", "uint8", "int8", "int16", "uint16", "float16", "int32", "uint32", "float32", "complex64", "float64", "int64", "uint64"]

tensors = {f"typed/{name}": np.arange(6).reshape(2, 3).astype(name) for name in TYPES}
tensors["scalar"] = np.array(0.1, np.float32)
tensors["empty"] = np.zeros((0, 4), np.float32)
tensors["three bytes"] = np.array([1, 2, 255], np.uint8)
tensors["10"] = np.array([-1.5], np.float32)
tensors["9"] = np.array([np.inf, -np.inf, -0.0], np.float32)
tensors["Größe \"½\" 😀 ﹏"] = np.array([2**31 - 1, -(2**31)], np.int32)

path = Path(__file__).parents[2] / "test" / "io" / "golden" / "numpy.safetensors"
origin = f"python scripts/golden/writeSafetensors.py, safetensors {safetensors.__version__}, numpy {np.__version__}"
save_file(tensors, path, {"origin": origin})
print(path.stat().st_size, "bytes")
