"""The Keras side of the proof: keras.applications, h5py, ONNX Runtime and safetensors.

Usage: KERAS_BACKEND=jax python scripts/proof/kerasSide.py write|check FOLDER
`write` saves filled applications as .keras, .h5 and .weights.h5, with what they make of a picture; `check` opens our files.
"""

import hashlib
import importlib
import json
import os
import sys
from pathlib import Path

# Most of the time goes into compiling each network for the one picture that it is given.
os.environ.setdefault("XLA_FLAGS", "--xla_backend_optimization_level=0")

import h5py
import keras
import numpy as np
import onnx
import onnxruntime
from proof import CASES, Tally, difference, fill, load_outputs, picture, save_outputs
from safetensors.numpy import load_file

from kerasOriginals import MODULES, slots_of  # isort: skip

# Registers the layers of ours that Keras has not.
sys.path.append(str(Path(__file__).parents[2] / "python"))


def write(case, folder):
    application = importlib.import_module(f"keras.applications.{MODULES[case['original']]}")
    size = case["size"]
    keras.utils.clear_session()
    network = getattr(application, case["original"])(weights=None, input_shape=(size, size, 3), classifier_activation=None)
    fill((layer.name, slots_of(layer)) for layer in network.layers)
    path = folder / case["name"]
    network.save(f"{path}.keras")
    network.save(f"{path}.h5")
    network.save_weights(f"{path}.weights.h5")
    image = picture(size)
    save_outputs(f"{path}.expected", {"input": image, "main": network.predict(image[None], verbose=0)[0]})


def by_head(outputs, heads):
    outputs = outputs if isinstance(outputs, (list, tuple)) else [outputs]
    return {head: np.asarray(values)[0] for head, values in zip(heads, outputs, strict=True)}


def check_keras(path, folder, heads):
    image, expected = load_outputs(f"{folder / path.stem}.ours")
    keras.utils.clear_session()
    network = keras.models.load_model(path)
    return difference(by_head(network.predict(image[None], verbose=0), heads), expected)


def check_h5py(path):
    with h5py.File(path) as file:
        tensors = []
        file.visititems(lambda name, item: tensors.append(np.asarray(item)) if isinstance(item, h5py.Dataset) else None)
    numbers = sum(tensor.size for tensor in tensors if tensor.dtype == np.float32)
    return len(tensors) > 0 and all(np.isfinite(tensor).all() for tensor in tensors), f"{len(tensors)} data sets, {numbers} numbers"


def check_onnx(path, folder, heads):
    image, expected = load_outputs(f"{folder / path.name.split('.')[0]}.ours")
    onnx.checker.check_model(str(path), full_check=True)
    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    [entry] = session.get_inputs()
    # The picture among others: the batch is of any length.
    batch = np.stack([image, image[::-1], image])
    found = session.run(None, {entry.name: batch})
    assert all(len(values) == 3 and np.array_equal(values[0], values[2]) for values in found), "another answer within a batch"
    return difference(by_head(found, heads), expected)


def check_safetensors(path, digests):
    """Every tensor under its name, to the bit."""
    tensors = load_file(path)
    found = {name: f"{list(values.shape)} {hashlib.sha256(values.tobytes()).hexdigest()}" for name, values in tensors.items()}
    different = [name for name in {**found, **digests} if found.get(name) != digests.get(name)]
    return not different and len(found) > 0, f"{len(found)} tensors to the bit" if not different else f"differ: {sorted(different)[:5]}"


def check(folder):
    tally = Tally()
    importlib.import_module("tfjs_inception")
    ours = json.loads((folder / "ours.json").read_text())
    for name, case in ours.items():
        heads = case["heads"]
        for format in ("keras", "h5"):
            path = folder / f"{name}.{format}"
            tally.check(f"our {name} as .{format} in Keras", lambda: check_keras(path, folder, heads))
        tally.check(f"our {name} as .h5 in h5py", lambda: check_h5py(folder / f"{name}.h5"))
        for form in ("onnx", "folded.onnx"):
            tally.check(f"our {name} as .{form} in ONNX Runtime", lambda: check_onnx(folder / f"{name}.{form}", folder, heads))
        tally.check(f"our {name} as .safetensors", lambda: check_safetensors(folder / f"{name}.safetensors", case["digests"]))
    tally.end(f"Keras {keras.__version__}, ONNX Runtime {onnxruntime.__version__}, onnx {onnx.__version__}, h5py {h5py.__version__}")


def main(action, folder):
    if action == "check":
        return check(Path(folder) / "ours")
    for case in CASES["theirs"]:
        if case["tool"] == "keras":
            write(case, Path(folder))


main(*sys.argv[1:])
