"""Loads what checkKerasWrites.mjs wrote with the real Keras 3 and compares, as JSON: { version, files: [{ name, format, difference, problem }] }.

Usage: python loadKeras.py FOLDER
Beside each N.keras and N.h5 lies N.json: inputs, outputs, names of the layers in order and of those that are frozen. `difference` is the largest
one over all outputs, as a share of that output's largest value. Both ways of loading are tried: as a user would, and with `compile=False`.
"""

import json
import os
import sys
import traceback
from pathlib import Path

os.environ.setdefault("KERAS_BACKEND", "jax")
# Most of the time goes into compiling each network for the one batch that it is given.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")
import keras
import numpy as np

folder = Path(sys.argv[1])
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "python"))


def arrays(tensors):
    return [np.array(tensor["values"], "float32").reshape(tensor["shape"]) for tensor in tensors]


def largest_difference(model, expected):
    inputs = arrays(expected["inputs"])
    outputs = model.predict(inputs[0] if len(inputs) == 1 else inputs, verbose=0)
    outputs = outputs if isinstance(outputs, list) else [outputs]
    wanted = arrays(expected["outputs"])
    assert [o.shape for o in outputs] == [w.shape for w in wanted], ([o.shape for o in outputs], [w.shape for w in wanted])
    return max(float(np.abs(o - w).max() / np.abs(w).max()) for o, w in zip(outputs, wanted))


def check(path, expected):
    try:
        keras.models.load_model(path)
        model = keras.models.load_model(path, compile=False)
        if expected.get("layers") is not None:
            names = [layer.name for layer in model.layers]
            assert names == expected["layers"], f"layers in another order: {names}"
        frozen = [layer.name for layer in model.layers if not layer.trainable]
        assert frozen == expected["frozen"], f"frozen: {frozen}"
        return {"difference": largest_difference(model, expected), "problem": None}
    except Exception as error:
        return {"difference": None, "problem": traceback.format_exc() if "TRACE" in os.environ else f"{type(error).__name__}: {error}"}


def needs_registration(expected):
    return any(name.startswith("norm") for name in expected.get("layers") or [])


files = []
# Those that need this package's layer come last, so that nothing is registered while the others load.
cases = [(path, json.loads(path.read_text())) for path in sorted(folder.glob("*.json"), key=lambda path: int(path.stem))]
for path, expected in sorted(cases, key=lambda case: needs_registration(case[1])):
    if needs_registration(expected):
        import tfjs_inception  # noqa: F401
    for suffix in (".keras", ".h5"):
        files.append({"name": expected["name"], "format": suffix, **check(path.with_suffix(suffix), expected)})
print(json.dumps({"version": keras.__version__, "files": files}))
