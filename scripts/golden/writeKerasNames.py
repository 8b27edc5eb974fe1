"""Writes test/io/names/golden/keras.json, the weights of Keras' networks by layer, and src/io/names/kerasDepthOrder.ts.

Usage: with scripts/parity/requirements/keras.txt installed, KERAS_BACKEND=jax python scripts/golden/writeKerasNames.py

Keras 3 names a layer in a .weights.h5 by its class and its place among the layers of that class in `model.layers`, which is ordered by depth.
The order does not depend on the input's size.
"""

import json
from pathlib import Path
from textwrap import fill

import keras

NETWORKS = {
    "inception-v3": keras.applications.InceptionV3,
    "inception-resnet-v2": keras.applications.InceptionResNetV2,
    "xception": keras.applications.Xception,
}
CLASSES = {
    "Conv2D": "conv2d",
    "SeparableConv2D": "separable_conv2d",
    "BatchNormalization": "batch_normalization",
    "CustomScaleLayer": None,
    "Dense": "dense",
}
ROOT = Path(__file__).parents[2]


def with_weights(build):
    # Keras goes on counting from network to network.
    keras.utils.clear_session()
    return [layer for layer in build(weights=None).layers if layer.weights]


def depth_order(layers):
    """The layers' names by class, without the class where counting gave the name."""
    order = {}
    for layer in layers:
        stem = CLASSES[type(layer).__name__]
        own = layer.name.removeprefix(f"{stem}_")
        order.setdefault(stem, []).append("0" if layer.name == stem else own)
    return order


def typescript(orders):
    blocks = [
        f"  '{network}': {{\n"
        + "".join(f"    {stem}: `\n{fill(' '.join(names), 134, initial_indent=' ' * 6, subsequent_indent=' ' * 6)}\n    `,\n" for stem, names in classes.items())
        + "  },\n"
        for network, classes in orders.items()
    ]
    return "".join(blocks).replace("'xception'", "xception")


def line(layer):
    weights = " ".join(f"{weight.name} {'x'.join(map(str, weight.shape))}" for weight in layer.weights)
    return f"{layer.name} {weights}"


networks = {name: with_weights(build) for name, build in NETWORKS.items()}
origin = f"python scripts/golden/writeKerasNames.py, keras {keras.__version__}"
manifests = {name: [line(layer) for layer in layers] for name, layers in networks.items()}
golden = ROOT / "test" / "io" / "names" / "golden" / "keras.json"
golden.write_text(json.dumps({"origin": origin, "manifests": manifests}, indent=1) + "\n")

HEADER = """// Written by scripts/golden/writeKerasNames.py with Keras {version}.

/**
 * The layers with weights of Keras' networks, by class (as Keras 3 spells it in paths) and in the order of `model.layers`, which is by depth:
 * `layers/conv2d_5/vars/0` is of the sixth of the list. A number is what counting, in the order of making, put into the name.
 */
export const KERAS_DEPTH_ORDER: Readonly<Record<string, Readonly<Record<string, string>>>> = {{
{orders}}};
"""
orders = {name: depth_order(layers) for name, layers in networks.items()}
text = HEADER.format(version=keras.__version__, orders=typescript(orders))
(ROOT / "src" / "io" / "names" / "kerasDepthOrder.ts").write_text(text)
